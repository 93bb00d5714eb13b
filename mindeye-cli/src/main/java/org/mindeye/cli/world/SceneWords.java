// SPDX-License-Identifier: Apache-2.0
package org.mindeye.cli.world;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import org.mindeye.data.simulation.scene.Category;
import org.mindeye.data.simulation.scene.Cell;
import org.mindeye.data.simulation.scene.Ground;
import org.mindeye.data.simulation.scene.Lighting;
import org.mindeye.data.simulation.scene.Scene;
import org.mindeye.data.simulation.scene.SceneDescription;
import org.mindeye.data.simulation.scene.SceneDescription.ThingDescription;
import org.mindeye.data.simulation.scene.SizeClass;
import org.mindeye.data.simulation.scene.Texture;
import org.mindeye.data.simulation.scene.Tint;
import org.mindeye.evaluation.attributes.AttributeClassifierConfig.Attribute;
import org.mindeye.training.clip.ClipTask;
import org.mindeye.training.clip.ClipTask.PlaceQuestion;
import org.mindeye.training.clip.ClipTask.Question;
import org.mindeye.training.clip.Description;
import org.mindeye.training.clip.Phrase;
import org.mindeye.training.clip.PlaceLabels;

/** Scenes in the numbered words and classes that networks are trained with. */
final class SceneWords {
  /** That a thing is the main one. */
  private static final int MAIN = 0;

  private static final int CATEGORY = 1;
  private static final int TINT = CATEGORY + Category.values().length;
  private static final int SIZE = TINT + Tint.values().length;
  private static final int CELL = SIZE + SizeClass.values().length;
  private static final int TEXTURE = CELL + Cell.values().length;
  private static final int GROUND = TEXTURE + Texture.values().length;
  private static final int SIDE = GROUND + Ground.values().length;
  private static final int AMOUNT = SIDE + Lighting.Side.values().length;
  private static final int WORDS = AMOUNT + Lighting.Amount.values().length;

  /** Three things, backdrop and light. */
  private static final int PHRASES = 5;

  /** What is said about scenes, and asked. */
  static final ClipTask TASK =
      new ClipTask(
          WORDS,
          PHRASES,
          List.of(
              new PlaceQuestion("thing", Category.values().length + Texture.values().length),
              new PlaceQuestion("color", Tint.values().length + Ground.values().length)),
          List.of(
              ofMain("category", CATEGORY, Category.values()),
              ofMain("color", TINT, Tint.values()),
              ofMain("position", CELL, Cell.values()),
              ofMain("size", SIZE, new SizeClass[] {SizeClass.MEDIUM, SizeClass.LARGE}),
              question("texture", TEXTURE, Texture.values()),
              question("ground", GROUND, Ground.values()),
              question("light", SIDE, Lighting.Side.values())));

  /** What a judge says about the main thing. */
  static final List<Attribute> ATTRIBUTES =
      List.of(
          new Attribute("category", names(Category.values())),
          new Attribute("color", names(Tint.values())),
          new Attribute("position", names(Cell.values())));

  private SceneWords() {}

  private static Question ofMain(String name, int from, Enum<?>[] values) {
    return new Question(
        name,
        Arrays.stream(values)
            .map(value -> Description.of(Phrase.of(MAIN, from + value.ordinal())))
            .toList());
  }

  private static Question question(String name, int from, Enum<?>[] values) {
    return new Question(
        name,
        Arrays.stream(values)
            .map(value -> Description.of(Phrase.of(from + value.ordinal())))
            .toList());
  }

  private static List<String> names(Enum<?>[] values) {
    return Arrays.stream(values)
        .map(value -> value.name().toLowerCase(Locale.ROOT).replace('_', ' '))
        .toList();
  }

  /** All that can be said about a scene. */
  static Description describe(SceneDescription scene) {
    List<Phrase> phrases = new ArrayList<>();
    for (ThingDescription thing : scene.things()) {
      List<Integer> words =
          new ArrayList<>(
              List.of(
                  CATEGORY + thing.category().ordinal(),
                  TINT + thing.tint().ordinal(),
                  SIZE + thing.size().ordinal(),
                  CELL + thing.cell().ordinal()));
      if (thing == scene.main()) {
        words.add(MAIN);
      }
      phrases.add(new Phrase(words));
    }
    phrases.add(Phrase.of(TEXTURE + scene.texture().ordinal(), GROUND + scene.ground().ordinal()));
    phrases.add(Phrase.of(SIDE + scene.light().ordinal(), AMOUNT + scene.amount().ordinal()));
    return new Description(phrases);
  }

  /** The right classes of {@link #ATTRIBUTES}. */
  static List<Integer> labels(SceneDescription scene) {
    return List.of(
        scene.main().category().ordinal(),
        scene.main().tint().ordinal(),
        scene.main().cell().ordinal());
  }

  /**
   * What most pixels of each patch show: a category or, of the backdrop, a texture; and its colour.
   *
   * @param owners whose each pixel is, row by row
   * @param side pixels per side
   * @param patches per side
   */
  static PlaceLabels places(Scene scene, byte[] owners, int side, int patches) {
    int[] things = new int[patches * patches];
    int[] colors = new int[things.length];
    for (int patch = 0; patch < things.length; patch++) {
      int owner = most(owners, side, side / patches, patch % patches, patch / patches);
      if (owner == 0) {
        things[patch] = Category.values().length + scene.backdrop().texture().ordinal();
        colors[patch] = Tint.values().length + scene.backdrop().ground().ordinal();
      } else {
        Scene.Thing thing = scene.things().get(owner - 1);
        things[patch] = thing.category().ordinal();
        colors[patch] = thing.tint().ordinal();
      }
    }
    return PlaceLabels.of(things, colors);
  }

  /** Who owns most pixels of a patch; of several, the first one. */
  private static int most(byte[] owners, int side, int patch, int column, int row) {
    int[] counts = new int[PHRASES];
    for (int y = row * patch; y < (row + 1) * patch; y++) {
      for (int x = column * patch; x < (column + 1) * patch; x++) {
        counts[owners[y * side + x]]++;
      }
    }
    return IntStream.range(0, counts.length).reduce(0, (a, b) -> counts[b] > counts[a] ? b : a);
  }
}
