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
import java.util.List;
import org.junit.jupiter.api.Test;
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
                  OrtEnvironment.class))
          .allMatch(stranger -> serving.getResource(file(stranger)) == null);
    }
  }

  private static String file(Class<?> type) {
    return type.getName().replace('.', '/') + ".class";
  }
}
