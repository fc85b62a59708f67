def schedule(sch):
    block = getattr(sch, "get_sblock", None) or sch.get_block
    low = block("low")
    low_i, low_k = sch.get_loops(low)
    top = block("top")
    top_i, top_k = sch.get_loops(top)
    low_i = sch.merge(low_i, top_i)
