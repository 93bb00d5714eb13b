// SPDX-License-Identifier: Apache-2.0
package org.mindeye.data.simulation.scene;

import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * What can be said about a scene: equal for scenes that only differ in what has no name.
 *
 * @param things in the order of painting, the main one last
 * @param texture the pattern behind
 * @param ground the pattern's colour
 * @param light where light comes from
 * @param amount how much light there is
 */
public record SceneDescription(
    List<ThingDescription> things,
    Texture texture,
    Ground ground,
    Lighting.Side light,
    Lighting.Amount amount) {
  /** Copies the list. */
  public SceneDescription {
    things = List.copyOf(things);
  }

  /**
   * What can be said about a thing.
   *
   * @param category what it is
   * @param tint its colour
   * @param size how large it is
   * @param cell where it is
   */
  public record ThingDescription(Category category, Tint tint, SizeClass size, Cell cell) {
    @Override
    public String toString() {
      return "a " + words(size) + " " + words(tint) + " " + words(category) + " at " + words(cell);
    }
  }

  static SceneDescription of(Scene scene) {
    return new SceneDescription(
        scene.things().stream()
            .map(
                thing ->
                    new ThingDescription(
                        thing.category(),
                        thing.tint(),
                        SizeClass.of(thing.pose().radius()),
                        Cell.of(thing.pose().x(), thing.pose().y())))
            .toList(),
        scene.backdrop().texture(),
        scene.backdrop().ground(),
        scene.lighting().from(),
        scene.lighting().amount());
  }

  /**
   * The main thing.
   *
   * @return the last one
   */
  public ThingDescription main() {
    return things.get(things.size() - 1);
  }

  /**
   * For people: the main thing first.
   *
   * @return one sentence without a full stop
   */
  @Override
  public String toString() {
    String others =
        things.subList(0, things.size() - 1).stream()
            .map(thing -> ", " + thing)
            .collect(Collectors.joining());
    return main()
        + others
        + ", before "
        + words(ground)
        + " "
        + words(texture)
        + ", "
        + words(amount)
        + " light from "
        + (light == Lighting.Side.ABOVE ? "" : "the ")
        + words(light);
  }

  private static String words(Enum<?> name) {
    return name.name().toLowerCase(Locale.ROOT).replace('_', ' ');
  }
}
