package io.spinexr.app.setting;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;

/** The configuration that comes with the archive of {@code ./spinexr dist}. */
class ExampleConfigurationTest {
  @TempDir Path folder;

  private Settings read(String yaml) throws IOException {
    return read(Files.writeString(folder.resolve("my.yaml"), yaml));
  }

  static Settings read(Path file, String... arguments) {
    try (ConfigurableApplicationContext context =
        new SpringApplicationBuilder(ExampleConfigurationTest.class)
            .web(WebApplicationType.NONE)
            .run(
                Stream.concat(
                        Stream.of(
                            "--spring.config.location=classpath:/application.yaml," + file.toUri()),
                        Stream.of(arguments))
                    .toArray(String[]::new))) {
      return SettingsReader.readToServe(context.getEnvironment());
    }
  }

  @Test
  void isReadAsItIsAndWithEverythingThatIsCommentedOut() throws IOException {
    String example = Files.readString(Path.of("..", "dist", "spinexr.yaml"));
    assertThat(read(example).organization().name()).isNotEqualTo("Example Hospital");

    Settings all = read(example.replaceAll("(?m)^( *)#([a-z-]+:)", "$1$2"));
    assertThat(all.cds().authenticate()).isTrue();
    assertThat(all.publicUrl()).hasToString("https://spinexr.example.org");
    assertThat(all.database().url()).isEqualTo("jdbc:postgresql://127.0.0.1/spinexr");
  }
}
