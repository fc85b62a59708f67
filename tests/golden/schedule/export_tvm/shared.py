def schedule(sch):
    block = getattr(sch, "get_sblock", None) or sch.get_block
    a = block("a")
    a_i, a_j = sch.get_loops(a)
    b = block("b")
    b_i, b_j = sch.get_loops(b)
    r = block("r")
    r_i, r_j = sch.get_loops(r)
    s = block("s")
    s_i, s_j = sch.get_loops(s)
    # no counterpart of compute_root of a: it is the default
    # no counterpart of compute_root of b: it is the default
    a_jo, a_ji = sch.split(a_j, factors=[None, 8])
    sch.vectorize(a_ji)
    sch.parallel(a_i)
    b_jo, b_ji = sch.split(b_j, factors=[None, 8])
    sch.vectorize(b_ji)
    sch.parallel(b_i)
    sch.merge(b_jo, a_jo)
    b_i, b_jo, b_ji = sch.get_loops(b)[-3:]
    sch.parallel(b_i)
    sch.compute_at(r, s_i, preserve_unit_loops=True)
    r_i, r_j = sch.get_loops(r)[-2:]
