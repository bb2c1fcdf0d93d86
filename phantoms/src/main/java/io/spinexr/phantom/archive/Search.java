package io.spinexr.phantom.archive;

import io.spinexr.dicom.DataSet;
import io.spinexr.dicom.Tag;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A QIDO-RS search (PS3.18 section 8.3.4).
 *
 * @param keys tag to what it must match
 * @param includeFields attributes to return beyond those of the level
 * @param all whether every attribute is to be returned
 */
record Search(
    Map<Integer, Match> keys, Set<Integer> includeFields, boolean all, int limit, int offset) {

  /**
   * @param parameters decoded names and values, in the order of the query string
   * @throws IllegalArgumentException naming the parameter that is not understood
   */
  static Search of(List<Map.Entry<String, String>> parameters) {
    Map<Integer, Match> keys = new LinkedHashMap<>();
    Set<Integer> fields = new HashSet<>();
    boolean all = false;
    int limit = Integer.MAX_VALUE;
    int offset = 0;
    for (Map.Entry<String, String> parameter : parameters) {
      String value = parameter.getValue();
      switch (parameter.getKey()) {
        case "limit" -> limit = count("limit", value);
        case "offset" -> offset = count("offset", value);
        case "includefield" -> {
          all |= value.equals("all");
          Arrays.stream(value.split(","))
              .filter(field -> !field.equals("all"))
              .forEach(field -> fields.add(tag("includefield", field)));
        }
        default -> {
          int tag = tag("the query", parameter.getKey());
          fields.add(tag);
          if (!value.isEmpty()) {
            keys.put(tag, new Match(value));
          }
        }
      }
    }
    return new Search(keys, fields, all, limit, offset);
  }

  private static int count(String name, String value) {
    if (!value.matches("[0-9]{1,9}")) {
      throw new IllegalArgumentException(name + " must be a whole number");
    }
    return Integer.parseInt(value);
  }

  private static int tag(String where, String name) {
    return Tag.parse(name)
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    where + " names an attribute that is no keyword or tag of 8 digits"));
  }

  /**
   * @param candidates one data set per study, series or instance
   * @param levelFields attributes that a match always returns
   */
  List<DataSet> in(List<DataSet> candidates, Set<Integer> levelFields) {
    Set<Integer> fields = new HashSet<>(levelFields);
    fields.addAll(includeFields);
    return candidates.stream()
        .filter(this::matches)
        .skip(offset)
        .limit(limit)
        .map(match -> all ? match : only(match, fields))
        .toList();
  }

  private boolean matches(DataSet candidate) {
    return keys.entrySet().stream().allMatch(key -> key.getValue().in(candidate, key.getKey()));
  }

  private static DataSet only(DataSet match, Set<Integer> fields) {
    DataSet.Builder kept = match.toBuilder();
    match.tags().stream().filter(tag -> !fields.contains(tag)).forEach(kept::remove);
    return kept.build();
  }
}
