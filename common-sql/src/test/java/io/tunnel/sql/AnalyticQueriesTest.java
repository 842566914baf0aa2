package io.tunnel.sql;

import static org.assertj.core.api.Assertions.assertThatCode;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Queries of the size that reports have, over the tables of TPC-H: DuckDB has to take them. */
class AnalyticQueriesTest {
  private static DuckDbFixture database;

  @BeforeAll
  static void createTables() throws Exception {
    database = new DuckDbFixture();
    database.create(
        "create table lineitem (l_orderkey bigint, l_partkey bigint, l_suppkey bigint,"
            + " l_linenumber int, l_quantity decimal(15,2), l_extendedprice decimal(15,2),"
            + " l_discount decimal(15,2), l_tax decimal(15,2), l_returnflag string,"
            + " l_linestatus string, l_shipdate date, l_commitdate date, l_receiptdate date,"
            + " l_shipinstruct string, l_shipmode string, l_comment string)");
    database.create(
        "create table orders (o_orderkey bigint, o_custkey bigint, o_orderstatus string,"
            + " o_totalprice decimal(15,2), o_orderdate date, o_orderpriority string,"
            + " o_comment string) partitioned by (o_month string)");
    database.create(
        "create table customer (c_custkey bigint, c_name string, c_nationkey bigint,"
            + " c_phone string, c_acctbal decimal(15,2), c_mktsegment string)");
    database.create("create table nation (n_nationkey bigint, n_name string, n_regionkey bigint)");
    database.create(
        "create table supplier (s_suppkey bigint, s_name string, s_nationkey bigint,"
            + " s_address string)");
  }

  @AfterAll
  static void close() throws Exception {
    database.close();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        """
        SELECT l_returnflag, l_linestatus, SUM(l_quantity) AS sum_qty,
          SUM(l_extendedprice * (1 - l_discount)) AS sum_disc_price,
          SUM(l_extendedprice * (1 - l_discount) * (1 + l_tax)) AS sum_charge,
          AVG(l_quantity) AS avg_qty, COUNT(*) AS count_order
        FROM lineitem WHERE l_shipdate <= DATE '1998-12-01' - INTERVAL '90' DAY
        GROUP BY l_returnflag, l_linestatus ORDER BY l_returnflag, l_linestatus
        """,
        """
        SELECT l_orderkey, SUM(l_extendedprice * (1 - l_discount)) AS revenue, o_orderdate
        FROM customer c, orders o, lineitem l
        WHERE c_mktsegment = 'BUILDING' AND c_custkey = o_custkey AND l_orderkey = o_orderkey
          AND o_orderdate < DATE '1995-03-15' AND o_month BETWEEN '199501' AND '199503'
        GROUP BY l_orderkey, o_orderdate ORDER BY revenue DESC, o_orderdate LIMIT 10
        """,
        """
        SELECT o_orderpriority, COUNT(*) AS order_count FROM orders
        WHERE o_orderdate >= DATE '1993-07-01' AND o_orderdate < DATE '1993-07-01' + INTERVAL '3' MONTH
          AND EXISTS (SELECT * FROM lineitem WHERE l_orderkey = o_orderkey AND l_commitdate < l_receiptdate)
        GROUP BY o_orderpriority ORDER BY o_orderpriority
        """,
        """
        SELECT supp_nation, cust_nation, l_year, SUM(volume) AS revenue FROM (
          SELECT n1.n_name AS supp_nation, n2.n_name AS cust_nation,
            EXTRACT(YEAR FROM l_shipdate) AS l_year, l_extendedprice * (1 - l_discount) AS volume
          FROM supplier JOIN lineitem ON s_suppkey = l_suppkey JOIN orders ON o_orderkey = l_orderkey
            JOIN customer ON c_custkey = o_custkey
            JOIN nation n1 ON s_nationkey = n1.n_nationkey
            JOIN nation n2 ON c_nationkey = n2.n_nationkey
          WHERE (n1.n_name = 'FRANCE' AND n2.n_name = 'GERMANY')
            OR (n1.n_name = 'GERMANY' AND n2.n_name = 'FRANCE')) shipping
        GROUP BY supp_nation, cust_nation, l_year ORDER BY supp_nation, cust_nation, l_year
        """,
        """
        SELECT c_count, COUNT(*) AS custdist FROM (
          SELECT c_custkey, COUNT(o_orderkey) AS c_count FROM customer
          LEFT OUTER JOIN orders ON c_custkey = o_custkey AND o_comment NOT LIKE '%special%requests%'
          GROUP BY c_custkey) c_orders
        GROUP BY c_count ORDER BY custdist DESC, c_count DESC
        """,
        """
        WITH revenue AS (
          SELECT l_suppkey AS supplier_no, SUM(l_extendedprice * (1 - l_discount)) AS total_revenue
          FROM lineitem WHERE l_shipdate >= DATE '1996-01-01' GROUP BY l_suppkey)
        SELECT s_suppkey, s_name, total_revenue FROM supplier, revenue
        WHERE s_suppkey = supplier_no
          AND total_revenue = (SELECT MAX(total_revenue) FROM revenue) ORDER BY s_suppkey
        """,
        """
        SELECT s_name, COUNT(*) AS numwait FROM supplier, lineitem l1, orders, nation
        WHERE s_suppkey = l1.l_suppkey AND o_orderkey = l1.l_orderkey AND o_orderstatus = 'F'
          AND l1.l_receiptdate > l1.l_commitdate
          AND EXISTS (SELECT * FROM lineitem l2
            WHERE l2.l_orderkey = l1.l_orderkey AND l2.l_suppkey <> l1.l_suppkey)
          AND NOT EXISTS (SELECT * FROM lineitem l3 WHERE l3.l_orderkey = l1.l_orderkey
            AND l3.l_suppkey <> l1.l_suppkey AND l3.l_receiptdate > l3.l_commitdate)
          AND s_nationkey = n_nationkey AND n_name = 'SAUDI ARABIA'
        GROUP BY s_name ORDER BY numwait DESC, s_name LIMIT 100
        """,
        """
        SELECT cntrycode, COUNT(*) AS numcust, SUM(c_acctbal) AS totacctbal FROM (
          SELECT SUBSTR(c_phone, 1, 2) AS cntrycode, c_acctbal FROM customer
          WHERE SUBSTR(c_phone, 1, 2) IN ('13', '31', '23')
            AND c_acctbal > (SELECT AVG(c_acctbal) FROM customer WHERE c_acctbal > 0.00)
            AND NOT EXISTS (SELECT * FROM orders WHERE o_custkey = c_custkey)) custsale
        GROUP BY cntrycode ORDER BY cntrycode
        """,
        """
        SELECT 100.00 * SUM(CASE WHEN l_comment LIKE 'PROMO%'
            THEN l_extendedprice * (1 - l_discount) ELSE 0 END)
          / SUM(l_extendedprice * (1 - l_discount)) AS promo_revenue
        FROM lineitem WHERE l_shipmode IN ('AIR', 'AIR REG') AND l_quantity >= 1
        """,
        """
        SELECT * FROM (
          SELECT o_custkey, o_orderdate, o_totalprice,
            ROW_NUMBER() OVER (PARTITION BY o_custkey ORDER BY o_totalprice DESC) AS rn,
            o_totalprice - LAG(o_totalprice) OVER (PARTITION BY o_custkey ORDER BY o_orderdate) AS diff,
            SUM(o_totalprice) OVER (PARTITION BY o_custkey ORDER BY o_orderdate
              ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) / 2 AS running
          FROM orders) ranked
        WHERE rn <= 3
        """,
        """
        SELECT TO_CHAR(o_orderdate, 'yyyymm') AS m, COUNT(DISTINCT o_custkey) AS customers,
          NVL(SUM(IF(o_orderstatus = 'F', o_totalprice, 0)), 0) AS finished,
          WM_CONCAT(DISTINCT ',', o_orderpriority) AS priorities
        FROM orders WHERE o_month = '199501' OR DATEDIFF(GETDATE(), o_orderdate, 'dd') < 30
        GROUP BY TO_CHAR(o_orderdate, 'yyyymm') HAVING COUNT(*) > 10 ORDER BY m
        """
      })
  void runInDuckDb(String sql) {
    assertThatCode(() -> database.rows(sql)).doesNotThrowAnyException();
  }
}
