def schedule(sch):
    block = getattr(sch, "get_sblock", None) or sch.get_block
    y_total = block("y_total")
    y_total_i, y_total_to, y_total_ti = sch.get_loops(y_total)
    y = block("y")
    y_i, y_t = sch.get_loops(y)
    y_to, y_ti = sch.split(y_t, factors=[None, 4])  # tail cut: TVM guards
    # no counterpart of scan_blocks of y: its block is written so
    sch.parallel(y_to)
    sch.parallel(y_total_to)
