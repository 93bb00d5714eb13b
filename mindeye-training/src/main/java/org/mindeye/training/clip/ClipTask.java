// SPDX-License-Identifier: Apache-2.0
package org.mindeye.training.clip;

import java.util.List;
import org.mindeye.MindEyeException;
import org.mindeye.Plural;

/**
 * What there is to say about pictures, and what a model is asked about them.
 *
 * @param words how many words there are
 * @param phrases the most that a description has
 * @param places what is asked about every patch
 * @param questions what validation asks about every picture
 */
public record ClipTask(
    int words, int phrases, List<PlaceQuestion> places, List<Question> questions) {
  private static final String NAME = "[a-z][a-zA-Z0-9]*";

  /** Checks the numbers, and that answers use the words there are. */
  public ClipTask {
    requirePositive("words", words);
    requirePositive("phrases", phrases);
    places = List.copyOf(places);
    questions = List.copyOf(questions);
    for (Question question : questions) {
      for (Description answer : question.answers()) {
        requireKnown("an answer to " + question.name(), answer, words, phrases);
      }
    }
  }

  /**
   * A question about every patch.
   *
   * @param name of it, lower camel case
   * @param classes how many answers there are
   */
  public record PlaceQuestion(String name, int classes) {
    /** Checks the values. */
    public PlaceQuestion {
      requireName(name);
      if (classes < 2) {
        throw new IllegalArgumentException(
            name + ": expected at least 2 classes but was " + classes);
      }
    }
  }

  /**
   * A question about every picture, which is answered by comparing it with the answers (CLIP's
   * zero-shot classification).
   *
   * @param name of it, lower camel case
   * @param answers one of them fits each picture, and only one
   */
  public record Question(String name, List<Description> answers) {
    /** Copies the list. */
    public Question {
      requireName(name);
      answers = List.copyOf(answers);
      if (answers.size() < 2) {
        throw new IllegalArgumentException(
            name + ": expected at least 2 answers but was " + answers.size());
      }
    }

    /** The number of the answer that fits. */
    int right(DescribedPicture picture) {
      int right = -1;
      for (int i = 0; i < answers.size(); i++) {
        if (answers.get(i).fits(picture.description())) {
          if (right >= 0) {
            throw unanswerable(picture, "one answer to " + name, "several that fit");
          }
          right = i;
        }
      }
      if (right < 0) {
        throw unanswerable(picture, "one answer to " + name, "none that fits");
      }
      return right;
    }
  }

  private static void requirePositive(String name, int value) {
    if (value < 1) {
      throw new IllegalArgumentException(name + ": expected at least 1 but was " + value);
    }
  }

  private static void requireName(String name) {
    if (!name.matches(NAME)) {
      throw new IllegalArgumentException(
          "a question is called by letters and digits, like category, but was '" + name + "'");
    }
  }

  private static void requireKnown(String of, Description said, int words, int phrases) {
    if (said.phrases().size() > phrases) {
      throw new MindEyeException(
          of
              + ": expected at most "
              + Plural.of(phrases, "phrase")
              + " but found "
              + said.phrases().size());
    }
    for (Phrase phrase : said.phrases()) {
      int last = phrase.words().get(phrase.words().size() - 1);
      if (last >= words) {
        throw new MindEyeException(
            of + ": expected words from 0 to " + (words - 1) + " but found " + last);
      }
    }
  }

  private static MindEyeException unanswerable(
      DescribedPicture picture, String expected, String found) {
    return new MindEyeException(picture.key() + ": expected " + expected + " but found " + found);
  }

  /** Refuses pictures about which something else is said, or nothing. */
  void requireFits(DescribedSplit split, int patches) {
    for (DescribedPicture picture : split.pictures()) {
      requireKnown(picture.key(), picture.description(), words, phrases);
      questions.forEach(question -> question.right(picture));
      PlaceLabels labels = picture.places();
      if (labels.questions() != places.size()) {
        throw unanswerable(
            picture,
            "labels for " + Plural.of(places.size(), "question"),
            "labels for " + labels.questions());
      }
      for (int i = 0; i < places.size(); i++) {
        requireLabels(picture, places.get(i), labels.of(i), patches);
      }
    }
  }

  private static void requireLabels(
      DescribedPicture picture, PlaceQuestion question, int[] labels, int patches) {
    if (labels.length != patches) {
      throw unanswerable(
          picture,
          Plural.of(patches, "label") + " of " + question.name(),
          Integer.toString(labels.length));
    }
    for (int label : labels) {
      if (label < 0 || label >= question.classes()) {
        throw unanswerable(
            picture,
            "labels of " + question.name() + " from 0 to " + (question.classes() - 1),
            Integer.toString(label));
      }
    }
  }
}
