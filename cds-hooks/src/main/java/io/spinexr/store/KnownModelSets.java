package io.spinexr.store;

import io.spinexr.finding.ModelSet;
import io.spinexr.finding.ModelVersion;
import io.spinexr.fusion.DecisionRule;
import io.spinexr.inference.folder.ModelException;
import io.spinexr.inference.folder.ModelSetManifest;
import io.spinexr.order.Sha256;
import java.util.stream.Collectors;
import javax.sql.DataSource;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Of what each model set that was ever used consists. Another content needs another version:
 * results of both would be taken for each other's.
 */
public final class KnownModelSets {
  private final JdbcClient jdbc;

  public KnownModelSets(DataSource dataSource) {
    jdbc = JdbcClient.create(dataSource);
  }

  /**
   * Remembers a model set.
   *
   * @throws ModelException if a set of this name and version had other members, another rule,
   *     calibration or scores
   */
  public void remember(ModelSet set, ModelSetManifest manifest) {
    String members =
        Sha256.of(
            set.models().stream().map(ModelVersion::sha256).collect(Collectors.joining("\n")));
    String words = words(manifest);
    try {
      jdbc.sql(
              """
              insert into known_model_set (model_set, members_sha256, decision_rule)
              values (:set, :members, :rule)\
              """)
          .param("set", set.id())
          .param("members", members)
          .param("rule", words)
          .update();
    } catch (DuplicateKeyException e) {
      compare(set.id(), members, words);
    }
  }

  private void compare(String set, String members, String rule) {
    if (!known("members_sha256", set).equals(members)) {
      throw changed("consisted of other models", set);
    }
    // The version before kept no rule: the first one seen counts.
    jdbc.sql(
            """
            update known_model_set set decision_rule = :rule
            where model_set = :set and decision_rule is null\
            """)
        .param("rule", rule)
        .param("set", set)
        .update();
    String known = known("decision_rule", set);
    if (!known.equals(rule)) {
      throw changed("had another decision rule (%s)".formatted(known), set);
    }
  }

  private String known(String column, String set) {
    return jdbc.sql("select " + column + " from known_model_set where model_set = :set")
        .param("set", set)
        .query(String.class)
        .single();
  }

  private static ModelException changed(String what, String set) {
    return new ModelException(
        "model set %s %s when it was used last; raise the version in its model-set.json, so that the results of both are kept apart"
            .formatted(set, what));
  }

  /** Numbers in the shortest form that tells them apart from every other one. */
  private static String words(ModelSetManifest manifest) {
    DecisionRule rule = manifest.decisionRule();
    String words =
        "mean %s, threshold %s, keepScore %s, boundary %s"
            .formatted(
                StoredJson.code(manifest.mean()),
                rule.threshold(),
                rule.keepScore(),
                StoredJson.code(rule.boundary()));
    // An isotonic calibration has too many points for words.
    return manifest.calibration() == null && manifest.lesionScores().stated().isEmpty()
        ? words
        : words
            + ", calibration and scores "
            + Sha256.of(manifest.calibrationMap() + "\n" + manifest.lesionScores());
  }
}
