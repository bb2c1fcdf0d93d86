package io.spinexr.app.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DataFolderTest {
  @TempDir private Path folder;

  private static void open(Path path, String rights) throws IOException {
    Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(rights));
  }

  private static String rights(Path path) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
  }

  @Test
  void isItsOwnersAloneFromTheStart() throws IOException {
    Path data = folder.resolve("new/data");

    new DataFolder(data).create();

    assertThat(rights(data)).isEqualTo("rwx------");
    assertThat(rights(data.resolve("database"))).isEqualTo("rwx------");
  }

  @Test
  void closesTheDatabaseThatAnEarlierVersionLeftOpen() throws IOException {
    Path database = Files.createDirectories(folder.resolve("database"));
    Path file = Files.createFile(database.resolve("spinexr.mv.db"));
    open(folder, "rwxr-xr-x");
    open(database, "rwxr-xr-x");
    open(file, "rw-r--r--");

    new DataFolder(folder).create();
    new DataFolder(folder).restrictFiles();

    assertThat(rights(database)).isEqualTo("rwx------");
    assertThat(rights(file)).isEqualTo("rw-------");
    assertThat(rights(folder)).as("it may be for more than this server").isEqualTo("rwxr-xr-x");
  }
}
