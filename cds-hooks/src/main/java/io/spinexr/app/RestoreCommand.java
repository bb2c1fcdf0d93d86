package io.spinexr.app;

import io.spinexr.app.server.Backups;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Brings a backup of the H2 database back. */
@Command(
    name = "restore",
    mixinStandardHelpOptions = true,
    description = {
      "Puts a backup of the H2 database into the data folder, which must have no database.",
      "POST /admin/backup makes one while the server runs."
    })
final class RestoreCommand implements Callable<Integer> {
  @Option(
      names = "--config",
      paramLabel = "FILE",
      required = true,
      description = "The YAML file that serve is given.")
  private Path configuration;

  @Parameters(paramLabel = "BACKUP", description = "The backup, a zip file.")
  private Path backup;

  @Override
  public Integer call() {
    System.out.printf("%s is restored.%n", Backups.restore(configuration, backup));
    return 0;
  }
}
