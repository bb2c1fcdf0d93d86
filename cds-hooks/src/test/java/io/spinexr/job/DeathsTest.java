package io.spinexr.job;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.kagkarlsson.scheduler.task.Task;
import com.github.kagkarlsson.scheduler.task.TaskDescriptor;
import com.github.kagkarlsson.scheduler.task.helper.Tasks;
import com.zaxxer.hikari.HikariDataSource;
import io.spinexr.store.Schema;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A job that ends every process that takes it up, for want of memory. */
class DeathsTest {
  private static final TaskDescriptor<Void> FATAL = TaskDescriptor.of("fatal");

  @TempDir private Path folder;

  @Test
  void areNotSufferedForEver() throws Exception {
    String url = "jdbc:h2:async:" + folder.resolve("jobs") + ";WRITE_DELAY=0";

    for (int death = 1; death <= Deaths.MOST_OF_ANALYSES; death++) {
      assertThat(run(url).status()).as("what a lack of memory ends with").isEqualTo(3);
    }
    Ended last = run(url);

    assertThat(last.status()).as(last.said()).isZero();
    assertThat(last.said()).contains("given up: the server ended 3 times in the midst of it");
  }

  private record Ended(int status, String said) {}

  private static Ended run(String url) throws IOException, InterruptedException {
    Process node =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx128m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-XX:+ExitOnOutOfMemoryError",
                "-cp",
                System.getProperty(
                    "surefire.test.class.path", System.getProperty("java.class.path")),
                FatalNode.class.getName(),
                url)
            .redirectErrorStream(true)
            .start();
    String said = new String(node.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return new Ended(node.waitFor(), said);
  }

  /** A node that has one job, which takes all memory. */
  static final class FatalNode {
    private FatalNode() {}

    public static void main(String[] arguments) throws InterruptedException {
      CountDownLatch givenUp = new CountDownLatch(1);
      try (HikariDataSource database = new HikariDataSource()) {
        database.setJdbcUrl(arguments[0]);
        Schema.migrate(database);
        Duration soon = Duration.ofMillis(200);
        AnalysisProperties hasty =
            new AnalysisProperties(
                1, 3, Duration.ofHours(1), soon, soon, soon, soon, 512, 300_000, 100);
        try (Jobs jobs =
            new Jobs(database, "node-" + System.nanoTime(), hasty, Clock.systemUTC())) {
          jobs.orders()
              .scheduleIfNotExists(FATAL.instance("1").build(), Clock.systemUTC().instant());
          jobs.start(List.of(task(jobs.deaths(), givenUp)), 1, Optional.empty());
          givenUp.await();
        }
      }
    }

    private static Task<Void> task(Deaths deaths, CountDownLatch givenUp) {
      return Tasks.custom(FATAL)
          .onDeadExecution(deaths.revival())
          .execute(
              (instance, context) -> {
                Optional<String> verdict = deaths.verdict(context, Deaths.MOST_OF_ANALYSES);
                if (verdict.isEmpty()) {
                  List<byte[]> all = new ArrayList<>();
                  while (true) {
                    all.add(new byte[1 << 20]);
                  }
                }
                System.out.println("given up: " + verdict.get());
                return (complete, job) -> {
                  job.remove();
                  givenUp.countDown();
                };
              });
    }
  }
}
