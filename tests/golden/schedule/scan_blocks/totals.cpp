// The arguments of a Func are its axes from the last to the first.
void schedule(Func y, Func y_total, Func y_prefix, Func y_block) {
  Var t("t"), to("to"), ti("ti");
  y.split(t, to, ti, 4, TailStrategy::GuardWithIf).partition(to, Partition::Always);
  // no counterpart of scan_blocks: the stages that it makes of y are Funcs of the algorithm
  y.parallel(to);
  y_total.update().parallel(to);
  y_total.compute_root();
  y_prefix.compute_root();
  y_block.compute_at(y, to);
}
