def schedule(sch):
    block = getattr(sch, "get_sblock", None) or sch.get_block
    y = block("y")
    y_i, y_j, y_k = sch.get_loops(y)
    y_ko, y_ki = sch.split(y_k, factors=[None, 8])  # tail cut: TVM guards
    y_rf = sch.rfactor(y_ki, factor_axis=2)
    y_rf_i, y_rf_j, y_rf_ko, y_rf_ki = sch.get_loops(y_rf)
    y_i, y_j, y_ki_2 = sch.get_loops(y)
    sch.vectorize(y_rf_ki)
    y_init = sch.decompose_reduction(y, y_j)
    # no counterpart of compute_root of y: it is the default
