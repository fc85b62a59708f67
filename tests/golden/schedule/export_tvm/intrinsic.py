def schedule(sch):
    block = getattr(sch, "get_sblock", None) or sch.get_block
    y = block("y")
    y_i, y_j, y_k = sch.get_loops(y)
    y_io, y_ii = sch.split(y_i, factors=[None, 4])
    y_jo, y_ji = sch.split(y_j, factors=[None, 4])
    y_ko, y_ki = sch.split(y_k, factors=[None, 4])
    sch.reorder(y_io, y_jo, y_ko, y_ii, y_ji, y_ki)
    y_init = sch.decompose_reduction(y, y_ko)
    sch.tensorize(y_ii, "block_product")  # after TensorIntrin.register of that name
