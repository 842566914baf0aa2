package io.tunnel.jdbc.batch;

import io.tunnel.jdbc.batch.BatchPlan.TunnelRows;
import io.tunnel.sql.Value;
import java.util.ArrayList;
import java.util.List;

/**
 * Which cell each column of a tuple takes its value from; constants have cells of their own.
 *
 * @param columns one cell for each data column
 * @param partition one cell for each partition column
 */
record TupleBinding(int[] columns, int[] partition) {

  /** Binds the tuples of a plan; adds its constants to the cells. */
  static List<TupleBinding> bind(TunnelRows plan, Cells cells) {
    List<TupleBinding> bindings = new ArrayList<>(plan.tuples().size());
    for (BatchPlan.Tuple tuple : plan.tuples()) {
      bindings.add(new TupleBinding(bind(tuple.values(), cells), bind(tuple.partition(), cells)));
    }
    return bindings;
  }

  private static int[] bind(List<Value> values, Cells cells) {
    int[] bound = new int[values.size()];
    for (int i = 0; i < bound.length; i++) {
      Value value = values.get(i);
      if (value instanceof Value.Parameter parameter) {
        bound[i] = parameter.index();
      } else if (value instanceof Value.Literal literal) {
        bound[i] = cells.addConstant(literal.value());
      } else {
        throw new IllegalArgumentException("An expression cannot go through the tunnel");
      }
    }
    return bound;
  }
}
