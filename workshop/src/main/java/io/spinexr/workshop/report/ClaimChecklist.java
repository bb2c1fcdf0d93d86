package io.spinexr.workshop.report;

import java.util.List;

/**
 * Which items of CLAIM, the checklist for artificial intelligence in medical imaging, an evaluation
 * covers, and which are left to whoever publishes it. Numbers are those of its 2024 update (Tejani
 * et al., Radiology: Artificial Intelligence 6(4), 2024); the words are ours.
 */
final class ClaimChecklist {
  private static final String REPORT = "report";
  private static final String PARTLY = "partly";
  private static final String SITE = "site";

  private ClaimChecklist() {}

  static Table table() {
    return new Table(
        "CLAIM 2024",
        List.of("item", "what", "covered by", "where, or what is left to add"),
        List.of(
            item(1, "title names the AI method", SITE, "title"),
            item(2, "structured abstract", SITE, "abstract"),
            item(3, "background and intended role", PARTLY, "model card: intended use"),
            item(4, "aims and hypotheses", SITE, "aims"),
            item(5, "prospective or retrospective", SITE, "how images were collected"),
            item(6, "goal of the study", SITE, "goal"),
            item(7, "sources of data", PARTLY, "hash of the images; add whose they are"),
            item(
                8, "who is included and excluded", PARTLY, "scope in the model card; add the rest"),
            item(9, "preprocessing", REPORT, "report.json: predictions.origin.preprocessing"),
            item(10, "selection of parts of the data", PARTLY, "defects; add any selection before"),
            item(11, "de-identification", SITE, "how it was done"),
            item(12, "missing data", REPORT, "defects, and images that were left out"),
            item(
                13,
                "how images were acquired",
                PARTLY,
                "subgroups by view and maker; add the rest"),
            item(14, "how the reference standard was made", SITE, "how images were annotated"),
            item(15, "why this reference standard", SITE, "reasons"),
            item(16, "who annotated", SITE, "number and experience of annotators"),
            item(17, "annotation of the test set", SITE, "rules and tools"),
            item(18, "agreement of annotators", SITE, "agreement"),
            item(19, "how data were split", SITE, "split"),
            item(20, "level at which splits are apart", PARTLY, "defect both-splits; add patients"),
            item(21, "sample size", PARTLY, "counts and intervals; add why so many"),
            item(22, "the model", PARTLY, "model card: model type"),
            item(23, "software", REPORT, "report.json: program; predictions.origin.device"),
            item(24, "initial weights", SITE, "training"),
            item(25, "training", PARTLY, "model card: development data"),
            item(26, "how the model was selected", SITE, "selection"),
            item(27, "ensemble", REPORT, "report.json: predictions.origin.mean; Classification"),
            item(28, "measures of performance", REPORT, "docs/evaluation.md explains each"),
            item(
                29,
                "uncertainty and significance",
                REPORT,
                "95 % intervals, paired gains and gaps"),
            item(30, "robustness", PARTLY, "subgroups; add other sites"),
            item(31, "explainability", PARTLY, "boxes in the gallery; a probability has no map"),
            item(32, "evaluation on internal data", SITE, "say whether these data are internal"),
            item(33, "test on external data", SITE, "say whether these data are external"),
            item(34, "registration of a trial", SITE, "number, if it is one"),
            item(
                35,
                "numbers included and excluded",
                REPORT,
                "first lines and defects; draw a flow"),
            item(36, "who is in each split", PARTLY, "subgroups of this split; add the others"),
            item(37, "performance with uncertainty", REPORT, "Classification, Detection"),
            item(38, "diagnostic performance and precision", REPORT, "confusion at c*, curves"),
            item(39, "analysis of failures", PARTLY, "gallery and subgroups; add causes"),
            item(40, "limitations", PARTLY, "model card: known risks; add those of the study"),
            item(41, "what it means for practice", SITE, "discussion"),
            item(42, "full protocol", SITE, "where it is"),
            item(
                43,
                "availability of software, model, data",
                PARTLY,
                "SpineXR is open; add the rest"),
            item(44, "funding", SITE, "who paid, and for what")),
        List.of(
            "covered by: the report; partly, with something to add; or the site that publishes"
                + " it"));
  }

  private static List<String> item(int number, String what, String by, String where) {
    return List.of(String.valueOf(number), what, by, where);
  }
}
