package io.tunnel.cli.demo;

import java.util.List;

/**
 * A question and its SQL.
 *
 * @param question what a person wants to know
 * @param teaches what the SQL shows
 * @param sql MaxCompute SQL
 */
record DemoQuery(String question, String teaches, String sql) {
  static final List<DemoQuery> ALL =
      List.of(
          new DemoQuery(
              "Which airports are busiest, and how punctual are they?",
              "aggregates",
              """
              SELECT origin, COUNT(*) AS flights, ROUND(AVG(delay), 1) AS mean_delay,
                     ROUND(100.0 * SUM(CASE WHEN delay > 15 THEN 1 ELSE 0 END) / COUNT(*), 1) AS late_percent
              FROM flights
              GROUP BY origin
              ORDER BY flights DESC
              LIMIT 6
              """),
          new DemoQuery(
              "From each big hub, to where is one most delayed?",
              "a common table expression and a window",
              """
              WITH routes AS (
                SELECT origin, destination, COUNT(*) AS flights, AVG(delay) AS mean_delay
                FROM flights
                WHERE origin IN ('ORD', 'DFW', 'ATL')
                GROUP BY origin, destination
                HAVING COUNT(*) >= 100),
              ranked AS (
                SELECT routes.*, ROW_NUMBER() OVER (PARTITION BY origin ORDER BY mean_delay DESC) AS place
                FROM routes)
              SELECT origin, place, destination, flights, ROUND(mean_delay, 1) AS mean_delay
              FROM ranked
              WHERE place <= 2
              ORDER BY origin, place
              """),
          new DemoQuery(
              "In which phase of a flight do birds strike, and what does it cost?",
              "dates, money, blanks that arrived as NULL, a window over an aggregate",
              """
              SELECT phase, COUNT(*) AS strikes,
                     ROUND(100.0 * COUNT(*) / SUM(COUNT(*)) OVER (), 1) AS percent,
                     COUNT(*) - COUNT(knots) AS without_speed, ROUND(AVG(knots)) AS mean_knots,
                     SUM(cost_total) AS cost, MAX(flight_date) AS last_seen
              FROM bird_strikes
              GROUP BY phase
              ORDER BY strikes DESC
              """),
          new DemoQuery(
              "How do bird strikes compare with the number of cities in a state?",
              "a join of two inputs; DC is no region of GeoNames, so its count is NULL",
              """
              SELECT s.state, s.strikes, s.cost, c.cities
              FROM (SELECT state, COUNT(*) AS strikes, SUM(cost_total) AS cost
                    FROM bird_strikes GROUP BY state) s
              LEFT JOIN (SELECT region, COUNT(*) AS cities
                         FROM cities WHERE country = 'US' GROUP BY region) c
              ON c.region = s.state
              ORDER BY s.strikes DESC
              LIMIT 8
              """),
          new DemoQuery(
              "Do the miles in the flights agree with the cities' coordinates?",
              "three-way join, trigonometry",
              """
              WITH hubs AS (
                SELECT 'ATL' AS code, 'Atlanta' AS city, 'Georgia' AS state
                UNION ALL SELECT 'ORD', 'Chicago', 'Illinois'
                UNION ALL SELECT 'LAX', 'Los Angeles', 'California'
                UNION ALL SELECT 'SEA', 'Seattle', 'Washington'
                UNION ALL SELECT 'MIA', 'Miami', 'Florida'),
              places AS (
                SELECT h.code, h.city, c.lat * 0.017453292519943295 AS lat,
                       c.lng * 0.017453292519943295 AS lng
                FROM hubs h JOIN cities c
                ON c.name = h.city AND c.region = h.state AND c.country = 'US')
              SELECT a.city AS from_city, b.city AS to_city, COUNT(*) AS flights, MAX(f.distance) AS flown_miles,
                     ROUND(MAX(3959 * ACOS(SIN(a.lat) * SIN(b.lat)
                       + COS(a.lat) * COS(b.lat) * COS(a.lng - b.lng)))) AS computed_miles
              FROM flights f
              JOIN places a ON a.code = f.origin
              JOIN places b ON b.code = f.destination
              WHERE a.code < b.code
              GROUP BY a.city, b.city
              ORDER BY flights DESC
              LIMIT 6
              """));
}
