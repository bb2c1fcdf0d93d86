package io.spinexr.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.zaxxer.hikari.HikariDataSource;
import io.spinexr.finding.ModelSet;
import io.spinexr.finding.ModelVersion;
import io.spinexr.fusion.DecisionRule;
import io.spinexr.fusion.DecisionRule.Boundary;
import io.spinexr.inference.folder.DeclaredCalibration;
import io.spinexr.inference.folder.DeclaredScores;
import io.spinexr.inference.folder.ModelException;
import io.spinexr.inference.folder.ModelSetManifest;
import io.spinexr.inference.folder.ModelSetManifest.Mean;
import io.spinexr.service.Node;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;

class KnownModelSetsTest {
  private static final DecisionRule RULE = new DecisionRule(0.28, 0.5, Boundary.INCLUSIVE);

  private HikariDataSource database;
  private KnownModelSets sets;

  @BeforeEach
  void open() {
    database = Node.pool("jdbc:h2:mem:known-sets", "sa");
    Schema.migrate(database);
    sets = new KnownModelSets(database);
  }

  @AfterEach
  void close() {
    database.close();
  }

  private static ModelSet set(String version, String hash) {
    return new ModelSet(
        "set", version, List.of(new ModelVersion("net", "1", "classification", hash.repeat(64))));
  }

  static ModelSetManifest manifest(Mean mean, DecisionRule rule) {
    return manifest(mean, rule, null, null);
  }

  private static ModelSetManifest manifest(
      Mean mean,
      DecisionRule rule,
      @Nullable DeclaredCalibration calibration,
      @Nullable Map<String, DeclaredScores> scores) {
    return new ModelSetManifest(
        "set",
        "1",
        List.of("net"),
        mean,
        rule.threshold(),
        rule.keepScore(),
        rule.boundary(),
        "detector",
        null,
        null,
        null,
        null,
        calibration,
        scores,
        null);
  }

  private void refused(String why, ModelSet set, Mean mean, DecisionRule rule) {
    refused(why, set, manifest(mean, rule));
  }

  private void refused(String why, ModelSet set, ModelSetManifest manifest) {
    assertThatThrownBy(() -> sets.remember(set, manifest))
        .isInstanceOf(ModelException.class)
        .hasMessageStartingWith("model set set-1 " + why)
        .hasMessageContaining("raise the version");
  }

  @Test
  void refusesEveryPartOfADecisionRuleThatIsAnotherUnderTheSameVersion() {
    ModelSet set = set("1", "a");
    sets.remember(set, manifest(Mean.LOGIT, RULE));
    sets.remember(set, manifest(Mean.LOGIT, RULE));

    String why =
        "had another decision rule (mean logit, threshold 0.28, keepScore 0.5, boundary inclusive)";
    refused(why, set, Mean.PROBABILITY, RULE);
    refused(why, set, Mean.LOGIT, new DecisionRule(0.29, 0.5, Boundary.INCLUSIVE));
    refused(why, set, Mean.LOGIT, new DecisionRule(0.28, 0.4, Boundary.INCLUSIVE));
    refused(why, set, Mean.LOGIT, new DecisionRule(0.28, 0.5, Boundary.EXCLUSIVE));
    sets.remember(set("2", "a"), manifest(Mean.PROBABILITY, RULE));
  }

  @Test
  void refusesAnotherCalibrationAndOtherScores() {
    ModelSet set = set("1", "a");
    sets.remember(set, manifest(Mean.LOGIT, RULE));
    DeclaredCalibration warm = new DeclaredCalibration(1.5, null);
    Map<String, DeclaredScores> strict = Map.of("fracture", new DeclaredScores(0.4, 0.6));
    refused("had another decision rule", set, manifest(Mean.LOGIT, RULE, warm, null));
    refused("had another decision rule", set, manifest(Mean.LOGIT, RULE, null, strict));

    ModelSet next = set("2", "a");
    sets.remember(next, manifest(Mean.LOGIT, RULE, warm, strict));
    sets.remember(next, manifest(Mean.LOGIT, RULE, warm, strict));
    assertThatThrownBy(() -> sets.remember(next, manifest(Mean.LOGIT, RULE, warm, null)))
        .hasMessageStartingWith("model set set-2 had another decision rule");
  }

  @Test
  void takesTheFirstRuleItSeesForASetOfAVersionThatKeptNone() {
    sets.remember(set("1", "a"), manifest(Mean.LOGIT, RULE));
    JdbcClient.create(database)
        .sql("update known_model_set set decision_rule = null where model_set = 'set-1'")
        .update();

    refused("consisted of other models", set("1", "b"), Mean.PROBABILITY, RULE);
    sets.remember(set("1", "a"), manifest(Mean.LOGIT, RULE));
    refused("had another decision rule", set("1", "a"), Mean.PROBABILITY, RULE);
    assertThat(
            JdbcClient.create(database)
                .sql("select count(*) from known_model_set")
                .query(Integer.class)
                .single())
        .isEqualTo(1);
  }
}
