package io.spinexr.dicomweb;

import io.spinexr.phantom.archive.FolderArchive;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

/** The same contract with our own archive. */
class FolderArchiveContractTest extends ArchiveContract {
  @TempDir static Path files;
  private static FolderArchive archive;

  @BeforeAll
  static void start() throws IOException {
    archive = FolderArchive.start(files, 0);
  }

  @AfterAll
  static void stop() {
    archive.close();
  }

  @Override
  URI baseUrl() {
    return archive.baseUrl();
  }
}
