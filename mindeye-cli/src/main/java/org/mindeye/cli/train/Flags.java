// SPDX-License-Identifier: Apache-2.0
package org.mindeye.cli.train;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.mindeye.training.Objective;

/** What the command line says, in the structure of a {@link RunConfig}. */
final class Flags {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final ObjectNode tree = JSON.createObjectNode();
  private final ObjectNode implied = JSON.createObjectNode();
  private ObjectiveChoice objective;

  /** What is minimised, in a word; weights may be given beside it. */
  enum ObjectiveChoice {
    /** Both losses. */
    JOINT,
    /** Retrieval only. */
    CONTRASTIVE,
    /** The backbone learns through the prior alone. */
    PRIOR;

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }

    private Objective in(Objective joint) {
      return switch (this) {
        case JOINT -> joint;
        case CONTRASTIVE -> Objective.CONTRASTIVE_ONLY;
        case PRIOR -> new Objective(0, joint.prior(), 0);
      };
    }
  }

  /**
   * Notes an option.
   *
   * @param path of the field, names with slashes between
   * @param value of the option; null if it was not given
   * @return this
   */
  Flags put(String path, Object value) {
    put(tree, path, value);
    return this;
  }

  /** Notes what an option implies, unless a file says otherwise: see {@link #put}. */
  Flags imply(String path, Object value) {
    put(implied, path, value);
    return this;
  }

  private static void put(ObjectNode root, String path, Object value) {
    if (value != null) {
      String[] names = path.split("/");
      ObjectNode place = root;
      for (int i = 0; i < names.length - 1; i++) {
        place = place.withObjectProperty(names[i]);
      }
      place.set(names[names.length - 1], JSON.valueToTree(value));
    }
  }

  /** Notes an objective; its weights depend on the model. Null if none was given. */
  Flags objective(ObjectiveChoice choice) {
    objective = choice;
    return this;
  }

  /** The options given, except for the objective. */
  ObjectNode tree() {
    return tree;
  }

  /** What the options imply and a file does not say; an empty list or 0 says nothing. */
  ObjectNode implied(JsonNode file) {
    ObjectNode rest = implied.deepCopy();
    withdraw(rest, file);
    return rest;
  }

  private static void withdraw(ObjectNode from, JsonNode file) {
    for (String name : names(from)) {
      JsonNode said = file.path(name);
      if (from.get(name) instanceof ObjectNode part) {
        withdraw(part, said);
      } else if (!said.isMissingNode() && !(said.isArray() && said.isEmpty()) && !isZero(said)) {
        from.remove(name);
      }
    }
  }

  private static boolean isZero(JsonNode said) {
    return said.isNumber() && said.doubleValue() == 0;
  }

  private static List<String> names(ObjectNode node) {
    List<String> names = new ArrayList<>();
    node.fieldNames().forEachRemaining(names::add);
    return names;
  }

  /** The weights of the objective; empty if none was given, nor a prior ruled out. */
  ObjectNode objective(boolean finalLayer) {
    ObjectNode weights = JSON.createObjectNode();
    if (objective != null) {
      Objective joint = finalLayer ? Objective.JOINT_FINAL_LAYER : Objective.JOINT;
      weights
          .withObjectProperty("train")
          .withObjectProperty("loss")
          .set("objective", JSON.valueToTree(objective.in(joint)));
    } else if (!tree.at("/model/prior").asBoolean(true)) {
      put(weights, "train/loss/objective/prior", 0.0);
    }
    return weights;
  }

  /** Whether the objective needs a prior; empty if none was given, or a weight decides. */
  Optional<Boolean> needsPrior() {
    return Optional.ofNullable(objective)
        .filter(choice -> !tree.at("/train/loss/objective/prior").isNumber())
        .map(choice -> choice != ObjectiveChoice.CONTRASTIVE);
  }
}
