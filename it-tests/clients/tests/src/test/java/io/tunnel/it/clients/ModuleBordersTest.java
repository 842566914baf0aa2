package io.tunnel.it.clients;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.lang.ArchRule;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/**
 * The arrows between the modules point where the architecture says, and in no other direction. The
 * classes are read where each module compiles them, before anything is shaded.
 */
class ModuleBordersTest {
  private static final Path ROOT = Path.of("..", "..", "..").toAbsolutePath().normalize();

  private static final String PROTOCOL = "io.tunnel.protocol..";
  private static final String SQL = "io.tunnel.sql..";
  private static final String SERVER = "io.tunnel.server..";
  private static final String JDBC = "io.tunnel.jdbc..";
  private static final String SPARK = "io.tunnel.spark..";
  private static final String CLI = "io.tunnel.cli..";
  private static final String TESTING = "io.tunnel.testing..";
  private static final String CALCITE = "org.apache.calcite..";
  private static final String APACHE_SPARK = "org.apache.spark..";
  private static final String DUCKDB = "org.duckdb..";
  private static final String JETTY = "org.eclipse.jetty..";
  private static final String OKHTTP = "okhttp3..";
  private static final String ARROW = "org.apache.arrow..";

  @Test
  void theProtocolKnowsNeitherSqlNorSparkNorTheServer() {
    none(
        module("common-protocol"),
        SQL,
        SERVER,
        JDBC,
        SPARK,
        CLI,
        TESTING,
        CALCITE,
        APACHE_SPARK,
        DUCKDB,
        JETTY);
  }

  @Test
  void theGrammarKnowsCalciteAndNothingOfOurs() {
    none(
        module("common-sql"),
        PROTOCOL,
        SERVER,
        JDBC,
        SPARK,
        CLI,
        TESTING,
        APACHE_SPARK,
        DUCKDB,
        JETTY,
        OKHTTP,
        ARROW);
  }

  @Test
  void theServerUsesCodecsAndTypesButNoClient() {
    none(
        module("tunnel-server"),
        "io.tunnel.protocol.session..",
        "io.tunnel.protocol.catalog..",
        "io.tunnel.protocol.sql..",
        JDBC,
        SPARK,
        CLI,
        TESTING,
        APACHE_SPARK,
        OKHTTP);
  }

  @Test
  void theDriverNeverSeesTheServerNorItsEngines() {
    none(module("jdbc-driver"), SERVER, SPARK, CLI, TESTING, APACHE_SPARK, DUCKDB, JETTY);
  }

  @Test
  void theSparkSourceSeesTheProtocolAndSparkAlone() {
    none(module("spark-datasource"), SERVER, SQL, JDBC, CLI, TESTING, CALCITE, DUCKDB, JETTY);
  }

  @Test
  void testsMeetTheServerThroughItsFirstPackageAndItsControl() {
    none(
        module("tunnel-testing"),
        PROTOCOL,
        SQL,
        JDBC,
        SPARK,
        CLI,
        "io.tunnel.server.auth..",
        "io.tunnel.server.catalog..",
        "io.tunnel.server.http..",
        "io.tunnel.server.limit..",
        "io.tunnel.server.session..",
        "io.tunnel.server.sql..",
        "io.tunnel.server.store..",
        DUCKDB,
        JETTY,
        OKHTTP,
        ARROW);
  }

  /** The first package of a module, which its callers meet, may know all those below it. */
  @Test
  void noModuleHasACycleBetweenItsPackages() {
    noCycles("common-protocol", "io.tunnel.protocol.(*)..");
    noCycles("common-sql", "io.tunnel.sql.(*)..");
    noCycles("tunnel-server", "io.tunnel.server.(*)..");
    noCycles("jdbc-driver", "io.tunnel.jdbc.(*)..");
    noCycles("spark-datasource", "io.tunnel.spark.(*)..");
    noCycles("tunnel-cli", "io.tunnel.cli.(*)..");
  }

  private static JavaClasses module(String name) {
    JavaClasses classes =
        new ClassFileImporter().importPath(ROOT.resolve(name).resolve("target/classes"));
    assertThat(classes).as("classes of %s; build it first", name).isNotEmpty();
    return classes;
  }

  private static void none(JavaClasses classes, String... packages) {
    ArchRule rule =
        noClasses()
            .that()
            .resideInAPackage("io.tunnel..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(packages);
    rule.check(classes);
  }

  private static void noCycles(String module, String slice) {
    slices().matching(slice).should().beFreeOfCycles().allowEmptyShould(true).check(module(module));
  }
}
