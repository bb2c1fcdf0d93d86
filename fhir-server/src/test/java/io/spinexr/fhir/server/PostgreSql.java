package io.spinexr.fhir.server;

import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.UserPrincipal;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * An empty PostgreSQL on a random port for the tests of a class: {@code @RegisterExtension static
 * final PostgreSql DATABASE = new PostgreSql();}. Skips the class where PostgreSQL is not
 * installed, except in continuous integration, where that is a failure.
 */
public final class PostgreSql implements BeforeAllCallback, AfterAllCallback {
  private static final Path PROGRAMS = Path.of("/usr/lib/postgresql/15/bin");
  private static final String USER = "postgres";

  private Path folder;
  private int port;

  @Override
  public void beforeAll(ExtensionContext context) throws Exception {
    if (!Files.isExecutable(PROGRAMS.resolve("initdb"))) {
      String reason = "PostgreSQL 15 is missing: apt-get install postgresql-15";
      if ("true".equals(System.getenv("CI"))) {
        Assertions.fail(reason);
      }
      Assumptions.abort(reason);
    }
    folder = Files.createTempDirectory("spinexr-postgresql");
    if (root()) {
      UserPrincipal owner =
          FileSystems.getDefault().getUserPrincipalLookupService().lookupPrincipalByName(USER);
      Files.setOwner(folder, owner);
    }
    try (ServerSocket socket = new ServerSocket(0)) {
      port = socket.getLocalPort();
    }
    run("initdb", "-D", data(), "-U", USER, "-A", "trust", "-E", "UTF8", "--locale=C", "-N");
    start();
  }

  /** Once more, after {@link #stop}. */
  public void start() throws IOException, InterruptedException {
    String options = "-p %d -c listen_addresses=127.0.0.1 -k %s -F".formatted(port, folder);
    run(
        "pg_ctl",
        "-D",
        data(),
        "-w",
        "-l",
        folder.resolve("log").toString(),
        "-o",
        options,
        "start");
  }

  /** As if its machine were lost. */
  public void stop() throws IOException, InterruptedException {
    run("pg_ctl", "-D", data(), "-m", "immediate", "-w", "stop");
  }

  @Override
  public void afterAll(ExtensionContext context) throws Exception {
    if (folder == null) {
      return;
    }
    if (Files.exists(folder.resolve("data/postmaster.pid"))) {
      stop();
    }
    try (var files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }

  /** As if all of its processes were killed at once; {@link #start} goes through what they left. */
  public void kill() throws IOException, InterruptedException {
    long first = Long.parseLong(Files.readAllLines(folder.resolve("data/postmaster.pid")).get(0));
    ProcessHandle postmaster = ProcessHandle.of(first).orElseThrow();
    List<ProcessHandle> all = new ArrayList<>(postmaster.descendants().toList());
    all.add(0, postmaster); // or it would restart the others
    all.forEach(ProcessHandle::destroyForcibly);
    for (ProcessHandle process : all) {
      process.onExit().join();
    }
  }

  /** JDBC address of its only database. */
  public String url() {
    return url("postgres");
  }

  private String url(String database) {
    return "jdbc:postgresql://127.0.0.1:" + port + "/" + database;
  }

  /**
   * The database, dumped while it is in use, and restored into an empty one, as docs/operations.md
   * has it.
   *
   * @return JDBC address of that
   */
  public String restored(String name) throws IOException, InterruptedException {
    String dump = folder.resolve("spinexr.dump").toString();
    client("pg_dump", "-Fc", "-f", dump, "postgres");
    client("createdb", name);
    client("pg_restore", "--no-owner", "-d", name, dump);
    return url(name);
  }

  private void client(String program, String... arguments)
      throws IOException, InterruptedException {
    List<String> all =
        new ArrayList<>(List.of("-h", "127.0.0.1", "-p", Integer.toString(port), "-U", USER));
    all.addAll(List.of(arguments));
    run(program, all.toArray(String[]::new));
  }

  /** User name; there is no password. */
  public String user() {
    return USER;
  }

  private String data() {
    return folder.resolve("data").toString();
  }

  /** PostgreSQL refuses to run as root. */
  private static boolean root() {
    return "root".equals(System.getProperty("user.name"));
  }

  private void run(String program, String... arguments) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    if (root()) {
      command.addAll(List.of("runuser", "-u", USER, "--"));
    }
    command.add(PROGRAMS.resolve(program).toString());
    command.addAll(List.of(arguments));
    Path output = Files.createTempFile("spinexr-" + program, ".log");
    Process process =
        new ProcessBuilder(command)
            .directory(Path.of("/").toFile())
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    boolean ended = process.waitFor(2, TimeUnit.MINUTES);
    if (!ended || process.exitValue() != 0) {
      process.destroyForcibly();
      throw new IOException(program + " failed: " + Files.readString(output));
    }
    Files.delete(output);
  }
}
