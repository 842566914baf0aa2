package io.tunnel.server.http;

import java.util.Comparator;
import java.util.List;
import java.util.function.Function;

/**
 * One page of a list (specification: control plane, section 2.5). The marker is the last name of
 * the page before.
 *
 * @param items the items of the page
 * @param marker where the next page begins; empty on the last page
 * @param maxItems the size of a full page
 */
record Page<T>(List<T> items, String marker, int maxItems) {
  private static final int DEFAULT_ITEMS = 1000;

  /** The page that the call asks for, out of all items in order of their names. */
  static <T> Page<T> of(List<T> all, Function<T, String> name, Call call) {
    return of(all, name, Comparator.naturalOrder(), call);
  }

  /** The page that the call asks for, out of all items in this order of their names. */
  static <T> Page<T> of(
      List<T> all, Function<T, String> name, Comparator<String> order, Call call) {
    int maxItems = DEFAULT_ITEMS;
    String wanted = call.parameter("maxitems");
    if (wanted != null && wanted.matches("[1-9][0-9]{0,5}")) {
      maxItems = Integer.parseInt(wanted);
    }
    String marker = call.parameter("marker");
    List<T> rest =
        marker == null
            ? all
            : all.stream().filter(item -> order.compare(name.apply(item), marker) > 0).toList();
    boolean last = rest.size() <= maxItems;
    List<T> items = last ? rest : rest.subList(0, maxItems);
    return new Page<>(items, last ? "" : name.apply(items.get(items.size() - 1)), maxItems);
  }

  /** Writes the elements that end every list. */
  void end(Xml xml) {
    xml.element("Marker", marker).element("MaxItems", maxItems);
  }
}
