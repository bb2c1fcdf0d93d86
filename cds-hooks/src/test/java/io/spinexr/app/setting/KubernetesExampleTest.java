package io.spinexr.app.setting;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.introspect.Annotated;
import com.fasterxml.jackson.databind.introspect.JacksonAnnotationIntrospector;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.SecretVolumeSource;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/** The example for Kubernetes that comes with the archive, against Kubernetes' own types. */
class KubernetesExampleTest {
  private static final Map<String, Class<? extends HasMetadata>> KINDS =
      Map.of(
          "ServiceAccount", ServiceAccount.class,
          "ConfigMap", ConfigMap.class,
          "Deployment", Deployment.class,
          "Service", Service.class);

  /** Fields that Kubernetes does not know are an error, instead of being kept aside. */
  private static final ObjectMapper STRICT =
      new ObjectMapper()
          .setAnnotationIntrospector(
              new JacksonAnnotationIntrospector() {
                @Override
                public Boolean hasAnySetter(Annotated member) {
                  return false;
                }
              });

  private static final List<HasMetadata> parts = new ArrayList<>();

  @TempDir Path folder;

  @BeforeAll
  static void read() throws IOException {
    String example = Files.readString(Path.of("..", "dist", "kubernetes.yaml"));
    for (Object document : new Yaml(new SafeConstructor(new LoaderOptions())).loadAll(example)) {
      Class<? extends HasMetadata> kind = KINDS.get(((Map<?, ?>) document).get("kind"));
      parts.add(STRICT.convertValue(document, kind));
    }
  }

  private static <T extends HasMetadata> List<T> parts(Class<T> type) {
    return parts.stream().filter(type::isInstance).map(type::cast).toList();
  }

  private static List<PodSpec> pods() {
    return parts(Deployment.class).stream().map(d -> d.getSpec().getTemplate().getSpec()).toList();
  }

  @Test
  void hasFrontsAnalystsAndNoSecret() {
    assertThat(parts).hasSize(5);
    assertThat(parts(Deployment.class))
        .extracting(deployment -> deployment.getMetadata().getName())
        .containsExactly("spinexr-front", "spinexr-analyst");
    assertThat(parts(Service.class).get(0).getSpec().getSelector())
        .isEqualTo(
            parts(Deployment.class).get(0).getSpec().getTemplate().getMetadata().getLabels());
    assertThat(pods())
        .allSatisfy(
            pod ->
                assertThat(pod.getVolumes())
                    .map(Volume::getSecret)
                    .filteredOn(Objects::nonNull)
                    .extracting(SecretVolumeSource::getSecretName)
                    .containsExactly("spinexr"));
  }

  @Test
  void givesNobodyARightThatIsNotNeeded() {
    assertThat(pods())
        .allSatisfy(
            pod -> {
              assertThat(pod.getSecurityContext().getRunAsNonRoot()).isTrue();
              assertThat(pod.getAutomountServiceAccountToken()).isFalse();
              for (Container container : pod.getContainers()) {
                assertThat(container.getSecurityContext().getReadOnlyRootFilesystem()).isTrue();
                assertThat(container.getSecurityContext().getAllowPrivilegeEscalation()).isFalse();
                assertThat(container.getSecurityContext().getCapabilities().getDrop())
                    .containsExactly("ALL");
                assertThat(container.getLivenessProbe().getHttpGet().getPath())
                    .isEqualTo("/actuator/health/liveness");
                assertThat(container.getReadinessProbe().getHttpGet().getPath())
                    .isEqualTo("/actuator/health/readiness");
              }
            });
  }

  /** Where others can reach the server, so that it asks who they are. */
  @Test
  void hasAConfigurationThatStarts() throws IOException {
    String yaml = parts(ConfigMap.class).get(0).getData().get("spinexr.yaml");

    Settings settings =
        ExampleConfigurationTest.read(
            Files.writeString(folder.resolve("spinexr.yaml"), yaml), "--server.address=0.0.0.0");

    assertThat(settings.cds().authenticate()).isTrue();
    assertThat(settings.trustedNetwork()).isFalse();
  }

  @Test
  void wouldNotBeTakenWithAFieldThatKubernetesDoesNotKnow() {
    assertThatThrownBy(() -> STRICT.readValue("{\"spec\": {\"replica\": 2}}", Deployment.class))
        .isInstanceOf(JsonProcessingException.class)
        .hasMessageContaining("replica");
  }
}
