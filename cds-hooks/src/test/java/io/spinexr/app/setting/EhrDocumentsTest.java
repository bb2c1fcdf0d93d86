package io.spinexr.app.setting;

import static org.assertj.core.api.Assertions.assertThat;

import io.spinexr.cds.token.CdsProperties;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;

/** The settings to paste from docs/ehr-*.md are settings. */
class EhrDocumentsTest {
  @TempDir Path folder;

  private CdsProperties pasted(String document) throws IOException {
    Matcher block =
        Pattern.compile("```yaml\n(.*?)```", Pattern.DOTALL)
            .matcher(Files.readString(Path.of("..", "docs", document)));
    assertThat(block.find()).isTrue();
    Path file = Files.writeString(folder.resolve("my.yaml"), block.group(1));
    SpringApplication application =
        new SpringApplicationBuilder(EhrDocumentsTest.class).web(WebApplicationType.NONE).build();
    try (ConfigurableApplicationContext context =
        application.run(
            "--spring.config.location=classpath:/application.yaml," + file.toUri(),
            "--spinexr.archive.base-url=http://127.0.0.1:1/dicom-web")) {
      Settings settings = SettingsReader.read(context.getEnvironment());
      assertThat(settings.publicUrl()).hasToString("https://spinexr.example.org");
      assertThat(settings.patientMatching().identifiers()).hasSize(1);
      return settings.cds();
    }
  }

  @Test
  void registerEpicWithOneKeySet() throws IOException {
    CdsProperties cds = pasted("ehr-epic.md");
    assertThat(cds.authenticate()).isTrue();
    assertThat(cds.clients()).hasSize(1);
    assertThat(cds.clients().get(0).profile()).hasToString("EPIC");
    assertThat(cds.clients().get(0).jwks()).hasSize(1);
  }

  @Test
  void registerOracleWithItsKeySets() throws IOException {
    CdsProperties cds = pasted("ehr-oracle.md");
    assertThat(cds.authenticate()).isTrue();
    assertThat(cds.clients()).hasSize(1);
    assertThat(cds.clients().get(0).profile()).hasToString("ORACLE");
    assertThat(cds.clients().get(0).jwks()).hasSize(2);
  }
}
