// SPDX-License-Identifier: Apache-2.0
package org.mindeye.core.document;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * A kind of single value, which is never converted from another kind.
 *
 * @param expected in messages
 * @param suits whether a node is of the kind
 * @param value of a node that is
 */
record Scalar(String expected, Predicate<JsonNode> suits, Function<JsonNode, Object> value) {
  private static final Scalar INT =
      new Scalar(
          "a whole number of at most 32 bits",
          node -> node.isIntegralNumber() && node.canConvertToInt(),
          JsonNode::intValue);
  private static final Scalar LONG =
      new Scalar(
          "a whole number of at most 64 bits",
          node -> node.isIntegralNumber() && node.canConvertToLong(),
          JsonNode::longValue);
  private static final Scalar DOUBLE =
      new Scalar("a number", JsonNode::isNumber, JsonNode::doubleValue);
  private static final Scalar BOOLEAN =
      new Scalar("true or false", JsonNode::isBoolean, JsonNode::booleanValue);
  private static final Scalar TEXT =
      new Scalar("a string", JsonNode::isTextual, JsonNode::textValue);

  /** The kind that a Java type asks for, if it asks for a single value. */
  static Optional<Scalar> of(Class<?> type) {
    if (type.isEnum()) {
      return Optional.of(named(List.of(type.getEnumConstants())));
    }
    return Optional.ofNullable(
        type == int.class || type == Integer.class
            ? INT
            : type == long.class || type == Long.class
                ? LONG
                : type == double.class || type == Double.class
                    ? DOUBLE
                    : type == boolean.class || type == Boolean.class
                        ? BOOLEAN
                        : type == String.class ? TEXT : null);
  }

  private static Scalar named(List<?> constants) {
    List<String> names = constants.stream().map(c -> ((Enum<?>) c).name()).toList();
    return new Scalar(
        "one of " + names,
        node -> node.isTextual() && names.contains(node.textValue()),
        node -> constants.get(names.indexOf(node.textValue())));
  }

  Optional<Object> read(JsonNode node) {
    return suits.test(node) ? Optional.of(value.apply(node)) : Optional.empty();
  }
}
