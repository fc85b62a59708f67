def schedule(sch):
    block = getattr(sch, "get_sblock", None) or sch.get_block
    y = block("y")
    y_i, y_j = sch.get_loops(y)
    # no counterpart of assume of x: the buffers that its function declares say so
    # no counterpart of assume of x: the buffers that its function declares say so
    # no counterpart of unsafe_assume of y: the buffers that its function declares say so
    # no counterpart of assume of x: the buffers that its function declares say so
    # no counterpart of specialize of x: each variant is a function of its own
    # no counterpart of specialize of x: each variant is a function of its own
    y_jo, y_ji = sch.split(y_j, factors=[None, 16])
