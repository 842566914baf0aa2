package io.tunnel.benchmark;

import io.trino.tpch.LineItem;
import io.trino.tpch.LineItemGenerator;
import io.tunnel.benchmark.dataset.Dataset;
import io.tunnel.benchmark.dataset.Values;
import java.util.Iterator;
import java.util.List;

/** TPC-H lineitem with its 16 columns: the first rows of a scale factor that has enough of them. */
final class Lineitem {
  private static final double ROWS_OF_SCALE_1 = 6_000_000;

  private Lineitem() {}

  /** Generates the rows. */
  static Dataset generate(int rows) {
    long[][] keys = new long[3][rows];
    int[] numbers = new int[rows];
    long[][] decimals = new long[4][rows];
    int[][] dates = new int[3][rows];
    TextColumn[] texts = new TextColumn[5];
    for (int i = 0; i < texts.length; i++) {
      texts[i] = new TextColumn(rows);
    }
    double scale = Math.max(0.01, Math.ceil(rows / ROWS_OF_SCALE_1 * 100 + 1) / 100);
    Iterator<LineItem> items = new LineItemGenerator(scale, 1, 1).iterator();
    for (int row = 0; row < rows; row++) {
      LineItem item = items.next();
      keys[0][row] = item.getOrderKey();
      keys[1][row] = item.getPartKey();
      keys[2][row] = item.getSupplierKey();
      numbers[row] = item.getLineNumber();
      decimals[0][row] = 100 * item.getQuantity();
      decimals[1][row] = item.getExtendedPriceInCents();
      decimals[2][row] = item.getDiscountPercent();
      decimals[3][row] = item.getTaxPercent();
      texts[0].add(item.getReturnFlag());
      texts[1].add(item.getStatus());
      dates[0][row] = item.getShipDate();
      dates[1][row] = item.getCommitDate();
      dates[2][row] = item.getReceiptDate();
      texts[2].add(item.getShipInstructions());
      texts[3].add(item.getShipMode());
      texts[4].add(item.getComment());
    }
    return new Dataset(
        "lineitem",
        List.of(
            bigint("l_orderkey", keys[0]),
            bigint("l_partkey", keys[1]),
            bigint("l_suppkey", keys[2]),
            new Dataset.Column("l_linenumber", "INT", new Values.Ints(numbers)),
            decimal("l_quantity", decimals[0]),
            decimal("l_extendedprice", decimals[1]),
            decimal("l_discount", decimals[2]),
            decimal("l_tax", decimals[3]),
            texts[0].column("l_returnflag"),
            texts[1].column("l_linestatus"),
            date("l_shipdate", dates[0]),
            date("l_commitdate", dates[1]),
            date("l_receiptdate", dates[2]),
            texts[2].column("l_shipinstruct"),
            texts[3].column("l_shipmode"),
            texts[4].column("l_comment")));
  }

  private static Dataset.Column bigint(String name, long[] values) {
    return new Dataset.Column(name, "BIGINT", new Values.Longs(values));
  }

  private static Dataset.Column decimal(String name, long[] unscaled) {
    return new Dataset.Column(name, "DECIMAL(15,2)", new Values.Longs(unscaled));
  }

  private static Dataset.Column date(String name, int[] days) {
    return new Dataset.Column(name, "DATE", new Values.Ints(days));
  }
}
