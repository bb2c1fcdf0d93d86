package io.spinexr.workshop;

import static org.assertj.core.api.Assertions.assertThat;

import ai.onnxruntime.OrtEnvironment;
import io.spinexr.app.SpineXr;
import io.spinexr.phantom.PhantomGenerator;
import io.spinexr.phantom.archive.FolderArchive;
import io.spinexr.phantom.study.DemoEhr;
import java.io.File;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import org.junit.jupiter.api.Test;
import org.knowm.xchart.XYChart;
import org.springframework.security.oauth2.server.authorization.config.annotation.web.configurers.OAuth2AuthorizationServerConfigurer;
import org.tensorflow.TensorFlow;

/** What Maven says a server has on its class path, which is what is copied beside its jar. */
class ServingClassPathTest {
  private static final Path PROGRAM = Path.of("..", "cds-hooks", "target");

  @Test
  void holdsTheProgramButNothingThatOnlyTheWorkshopNeeds() throws IOException {
    List<URL> entries = new ArrayList<>();
    entries.add(PROGRAM.resolve("classes").toUri().toURL());
    for (String entry : Files.readString(PROGRAM.resolve("class-path")).split(File.pathSeparator)) {
      entries.add(Path.of(entry.strip()).toUri().toURL());
    }
    try (URLClassLoader serving =
        new URLClassLoader(entries.toArray(URL[]::new), ClassLoader.getPlatformClassLoader())) {
      assertThat(List.of(SpineXr.class, TensorFlow.class))
          .allMatch(needed -> serving.getResource(file(needed)) != null);
      assertThat(
              List.of(
                  PhantomGenerator.class,
                  FolderArchive.class,
                  DemoEhr.class,
                  OAuth2AuthorizationServerConfigurer.class,
                  Workshop.class,
                  OrtEnvironment.class,
                  XYChart.class))
          .allMatch(stranger -> serving.getResource(file(stranger)) == null);
    }
  }

  /** Which of two would be used depends on the order of the files. */
  @Test
  void holdsNoClassTwice() throws IOException {
    Map<String, String> places = new HashMap<>();
    List<String> twice = new ArrayList<>();
    for (String entry : Files.readString(PROGRAM.resolve("class-path")).split(File.pathSeparator)) {
      Path part = Path.of(entry.strip());
      if (!Files.isRegularFile(part)) {
        continue; // a module of ours that was compiled and not packed
      }
      try (JarFile jar = new JarFile(part.toFile())) {
        jar.stream()
            .map(JarEntry::getName)
            .filter(name -> name.endsWith(".class") && !name.startsWith("META-INF/"))
            .filter(name -> !name.endsWith("-info.class"))
            .forEach(
                name -> {
                  String other = places.put(name, part.getFileName().toString());
                  if (other != null) {
                    twice.add(name + " in " + other + " and " + part.getFileName());
                  }
                });
      }
    }
    assertThat(places).hasSizeGreaterThan(50_000);
    assertThat(twice).isEmpty();
  }

  private static String file(Class<?> type) {
    return type.getName().replace('.', '/') + ".class";
  }
}
