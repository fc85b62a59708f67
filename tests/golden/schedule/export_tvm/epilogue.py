def schedule(sch):
    block = getattr(sch, "get_sblock", None) or sch.get_block
    m = block("m")
    m_i, m_j, m_k = sch.get_loops(m)
    y = block("y")
    y_i, y_j = sch.get_loops(y)
    m_io, m_ii = sch.split(m_i, factors=[None, 4])
    m_jo, m_ji = sch.split(m_j, factors=[None, 8])
    sch.reorder(m_io, m_jo, m_ii, m_ji)
    sch.reorder(m_io, m_jo, m_k, m_ii, m_ji)
    sch.unroll(m_ii)
    sch.vectorize(m_ji)
    sch.parallel(m_io)
    sch.reverse_compute_at(y, m_jo, preserve_unit_loops=True)
    y_ii, y_ji = sch.get_loops(y)[-2:]
    sch.vectorize(y_ji)
