package io.tunnel.spark.harness;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.SparkConf;
import org.apache.spark.deploy.master.Master;
import org.apache.spark.deploy.worker.Worker;
import org.apache.spark.rpc.RpcEnv;
import scala.Option;
import scala.Tuple3;

/**
 * Spark's master and workers in this JVM, as its {@code local-cluster} starts them, but with a
 * loopback address of its own for each worker: Spark runs a speculative copy on another host only.
 */
final class StandaloneCluster implements AutoCloseable {
  private static final String MASTER_HOST = "127.0.0.1";

  private final List<RpcEnv> endpoints = new ArrayList<>();
  private final String url;

  private StandaloneCluster(RpcEnv master) {
    endpoints.add(master);
    url = "spark://" + MASTER_HOST + ":" + master.address().port();
  }

  static StandaloneCluster start(int workers, int cores, int megabytes, Path workDirectory) {
    SparkConf conf =
        new SparkConf(false)
            .set("spark.master.rest.enabled", "false")
            .set("spark.shuffle.service.enabled", "false");
    Tuple3<RpcEnv, Object, Option<Object>> master =
        Master.startRpcEnvAndEndpoint(MASTER_HOST, 0, 0, conf);
    StandaloneCluster cluster = new StandaloneCluster(master._1());
    for (int i = 0; i < workers; i++) {
      cluster.endpoints.add(
          Worker.startRpcEnvAndEndpoint(
              host(i),
              0,
              0,
              cores,
              megabytes,
              new String[] {cluster.url},
              workDirectory.toString(),
              Option.apply(i),
              conf,
              Option.empty()));
    }
    return cluster;
  }

  /** Where the loopback has one address only, as on macOS, all workers share it. */
  static boolean hasSeparateHosts() {
    return !host(0).equals(MASTER_HOST);
  }

  private static String host(int worker) {
    String host = "127.0.0." + (worker + 2);
    try (ServerSocket probe = new ServerSocket(0, 1, InetAddress.getByName(host))) {
      return probe.isBound() ? host : MASTER_HOST;
    } catch (IOException e) {
      return MASTER_HOST;
    }
  }

  String url() {
    return url;
  }

  /** Stops the workers, which end their executors, and then the master. */
  @Override
  public void close() {
    for (int i = endpoints.size() - 1; i >= 0; i--) {
      endpoints.get(i).shutdown();
      endpoints.get(i).awaitTermination();
    }
  }
}
