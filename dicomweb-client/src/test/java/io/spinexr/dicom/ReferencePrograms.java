package io.spinexr.dicom;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Programs of Debian that tests compare with. Where one is missing, the test is skipped with the
 * package to install, or fails on a build server (CI=true).
 */
public final class ReferencePrograms {
  private static final String PYTHON = "/usr/bin/python3";

  private ReferencePrograms() {}

  public static void requirePydicom() {
    require("python3-pydicom", PYTHON, "-c", "import pydicom, numpy");
  }

  /** What pydicom decodes most compressions with. */
  public static void requirePythonGdcm() {
    require("python3-gdcm", PYTHON, "-c", "import gdcm");
  }

  public static void requireDcmtk() {
    require("dcmtk", "dcmdump", "--version");
  }

  public static void requireGdcm() {
    require("libgdcm-tools", "gdcmconv", "--version");
  }

  public static void requireOpenJpeg() {
    require("libopenjp2-tools", "sh", "-c", "command -v opj_compress opj_decompress");
  }

  private static void require(String debianPackage, String... command) {
    boolean there;
    try {
      there =
          new ProcessBuilder(command)
                  .redirectErrorStream(true)
                  .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                  .start()
                  .waitFor()
              == 0;
    } catch (IOException e) {
      there = false;
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
    String hint = "needs Debian's " + debianPackage + ": apt-get install " + debianPackage;
    if ("true".equals(System.getenv("CI"))) {
      assertThat(there).as(hint).isTrue();
    }
    assumeTrue(there, hint);
  }

  /** Runs a Python script that lies beside the test class as a resource. */
  public static String python(Class<?> test, String script, Object... arguments)
      throws IOException, InterruptedException {
    Path copy = Files.createTempFile("reference", ".py");
    try (InputStream resource = test.getResourceAsStream(script)) {
      Files.write(copy, resource.readAllBytes());
      List<Object> command = new ArrayList<>(List.of(PYTHON, copy));
      command.addAll(List.of(arguments));
      return run(command.toArray());
    } finally {
      Files.delete(copy);
    }
  }

  /** Runs a program to its end and gives back what it printed; fails if it failed. */
  public static String run(Object... command) throws IOException, InterruptedException {
    List<String> words = List.of(command).stream().map(Object::toString).toList();
    Process process = new ProcessBuilder(words).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes());
    assertThat(process.waitFor(5, TimeUnit.MINUTES)).isTrue();
    assertThat(process.exitValue()).as(output).isZero();
    return output;
  }
}
