// SPDX-License-Identifier: Apache-2.0
package org.mindeye.cli.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mindeye.cli.CommandRun;
import org.mindeye.formats.numpy.Npy;
import org.mindeye.formats.numpy.Npz;
import org.mindeye.formats.tensor.HeapArray;

/** What is wrong is one line, before anything is computed or written. */
class EvaluateRefusalTest {
  private static final SmallPictures SEEN = SmallPictures.seen(4, 8);
  private static final List<Integer> NUMBERS = List.of(3, 7, 20, 100);

  @TempDir private Path folder;

  private Path seen;
  private Path out;

  @BeforeEach
  void draw() throws IOException {
    seen = SEEN.folder(folder.resolve("seen"), "%d.png", NUMBERS);
    out = folder.resolve("out");
  }

  @AfterEach
  void nothing_is_written() {
    assertThat(out).doesNotExist();
  }

  private CommandRun evaluate(Object... options) {
    List<Object> arguments = new ArrayList<>(List.of("evaluate", "--out=" + out));
    arguments.addAll(List.of(options));
    CommandRun run = CommandRun.of(arguments.toArray());
    assertThat(run.code()).isNotZero();
    assertThat(run.err()).hasLineCount(1);
    assertThat(run.out()).isEmpty();
    return run;
  }

  private String failure(Object images, Object recons, String... more) {
    List<Object> options = new ArrayList<>(List.of("--images=" + images, "--recons=" + recons));
    options.addAll(List.of(more));
    CommandRun run = evaluate(options.toArray());
    assertThat(run.code()).isEqualTo(1);
    return run.err();
  }

  private String misuse(Object... options) {
    CommandRun run = evaluate(options);
    assertThat(run.code()).isEqualTo(2);
    return run.err();
  }

  private Path array(String name, HeapArray array) throws IOException {
    Path file = folder.resolve(name);
    Npy.write(file, array);
    return file;
  }

  @Test
  void should_refuse_options_that_do_not_fit_together() {
    String recons = "--recons=" + seen;
    String images = "--images=" + seen;
    assertThat(misuse(images)).contains("what is scored? Give --recons");
    assertThat(misuse(recons)).contains("what was seen comes from --images, or from --data and");
    assertThat(misuse(recons, "--data=x")).contains("what was seen comes from");
    assertThat(misuse(recons, images, "--subject=1")).contains("what was seen comes from");
    assertThat(misuse(recons, images, "--protocol=MINDEYE2"))
        .contains("MINDEYE2 scores a blend of reconstruction and blurry picture: give --blurry,");
    assertThat(misuse(recons, images, "--blurry=" + seen))
        .contains("--blurry is for protocols that blend, such as MINDEYE2; MINDEYE1 does not");
    assertThat(misuse(recons, images, "--common", "--pair=order"))
        .contains("--common is for pairs by id");
    assertThat(misuse(recons, images, "--pair=name")).contains("--pair");
    assertThat(misuse(recons, images, "--bootstrap=99"))
        .contains("--bootstrap: expected at least 100 but was 99");
    assertThat(misuse(recons, images, "--permutations=0")).contains("expected at least 1");
    assertThat(misuse(recons, images, "--precision=INT8_WEIGHTS"))
        .contains("INT8_WEIGHTS is for a backbone alone; give BFLOAT16");
    assertThat(misuse(recons, images, "--device=tpu")).contains("tpu");
  }

  @Test
  void should_name_what_is_not_there() throws IOException {
    assertThat(failure(seen, folder.resolve("no"), "--protocol=MINDEYE3"))
        .contains(
            "MINDEYE3: no published protocol and no file; give MINDEYE1, MINDEYE2, or a file");
    assertThat(failure(folder.resolve("none.npy"), folder.resolve("no")))
        .contains("none.npy", "no: no such file or folder");
    Path empty = Files.createDirectory(folder.resolve("empty"));
    assertThat(failure(seen, empty)).contains("empty: expected .jpg, .jpeg or .png files but");
    assertThat(failure(seen, seen, "--weights=" + folder.resolve("w")))
        .contains("w: no such folder of weights");
    Path broken = Files.createDirectory(folder.resolve("broken"));
    Files.writeString(broken.resolve("alexnet-owt-7be5be79.pth"), "<html>");
    assertThat(failure(seen, seen, "--weights=" + broken)).contains("alexnet-owt-7be5be79.pth");
  }

  @Test
  void should_name_pictures_without_a_partner() throws IOException {
    Path other = SEEN.folder(folder.resolve("other"), "recon-%05d.png", List.of(3, 7, 21, 22));
    assertThat(failure(seen, other))
        .contains(other + " lacks 2 pictures of " + seen + " (20, 100); ")
        .contains(seen + " lacks 2 pictures of " + other + " (21, 22); give both the same, or")
        .contains("--common to score the 2 pictures that both have");
    Path far = SEEN.folder(folder.resolve("far"), "%d.png", List.of(50, 51, 52, 53));
    assertThat(failure(seen, far, "--common"))
        .contains("no id is on both sides: name files by the same ids, or give --pair order");
    Path few = SEEN.folder(folder.resolve("few"), "%d.png", List.of(3, 7, 20));
    assertThat(failure(seen, few, "--pair=order"))
        .contains("pairs by their order: " + seen + " has 4 pictures but " + few + " has 3; give");
    Path array = array("recons.npy", SEEN.bytes());
    assertThat(failure(seen, array, "--pair=id"))
        .contains(array + ": there are no ids to pair by; give pictures as files that are named");
  }

  /** The weights, which take long to load, are not looked at: these are damaged. */
  @Test
  void should_refuse_a_single_pair_before_weights_are_loaded() throws IOException {
    Path broken = Files.createDirectory(folder.resolve("broken"));
    Files.writeString(broken.resolve("alexnet-owt-7be5be79.pth"), "<html>");
    Path one = Files.createDirectory(folder.resolve("one"));
    Files.copy(seen.resolve("7.png"), one.resolve("7.png"));
    assertThat(failure(seen, one, "--common", "--weights=" + broken))
        .contains(one + ": expected at least 2 pictures to score but was 1; two-way scores and");
  }

  @Test
  void should_refuse_an_id_that_is_there_twice() throws IOException {
    Path twice = folder.resolve("twice.npz");
    Npz.write(
        twice,
        Map.of(
            "pictures", SEEN.bytes(),
            "coco_ids", HeapArray.ofLongs(new long[] {3, 7, 7, 100}, 4)));
    assertThat(failure(seen, twice))
        .contains(twice + ": expected every picture once but 7 is there twice; keep one of the");
  }

  @Test
  void should_refuse_arrays_that_are_no_pictures() throws IOException {
    Path flat = array("flat.npy", HeapArray.ofFloats(new float[12], 4, 3));
    assertThat(failure(seen, flat))
        .contains("floats or bytes of the shape [pictures, 3, height, width] or [pictures, height,")
        .contains("FLOAT32 [4, 3]");
    Path both = array("both.npy", HeapArray.ofFloats(new float[36], 1, 3, 4, 3));
    assertThat(failure(seen, both)).contains("FLOAT32 [1, 3, 4, 3]");
    Path longs = array("longs.npy", HeapArray.ofLongs(new long[48], 4, 3, 2, 2));
    assertThat(failure(seen, longs)).contains("INT64 [4, 3, 2, 2]");
    Path several = folder.resolve("several.npz");
    Npz.write(several, Map.of("a", SEEN.bytes(), "b", SEEN.bytes()));
    assertThat(failure(seen, several))
        .contains("several.npz: expected one array of pictures but found 2 arrays (", "alone");
    Path numbers = folder.resolve("numbers.npz");
    Npz.write(numbers, Map.of("a", SEEN.bytes(), "coco_ids", HeapArray.ofLongs(new long[] {1}, 1)));
    assertThat(failure(seen, numbers)).contains("numbers.npz: 4 pictures but 1 coco_ids");
  }

  @Test
  void should_refuse_numbers_that_are_no_pixels() throws IOException {
    float[] levels = SEEN.floats();
    for (int i = 0; i < levels.length; i++) {
      levels[i] *= 255;
    }
    Path large = array("large.npy", HeapArray.ofFloats(levels, SEEN.shape()));
    assertThat(failure(seen, large))
        .contains(
            "large.npy: picture 0: expected numbers in [0, 1] but they reach from 0.000 to 255.0")
        .contains("; divide levels by 255, or bring [-1, 1] to [0, 1]");
    for (int i = 0; i < levels.length; i++) {
      levels[i] = levels[i] / 127.5f - 1;
    }
    Path signed = array("signed.npy", HeapArray.ofFloats(levels, SEEN.shape()));
    assertThat(failure(seen, signed)).contains("signed.npy: picture 0", "-1.000 to 1.000");
  }

  @Test
  void should_name_the_picture_that_is_no_number() throws IOException {
    float[] pixels = SEEN.floats();
    pixels[pixels.length - 1] = Float.NaN;
    Path last = array("last.npy", HeapArray.ofFloats(pixels, SEEN.shape()));
    assertThat(failure(seen, last))
        .contains(
            "last.npy: picture 3: expected finite numbers but one is NaN; paint it again, or");
  }

  @Test
  void should_name_the_file_that_is_damaged() throws IOException {
    Path cut = SEEN.folder(folder.resolve("cut"), "%d.png", NUMBERS);
    Path last = cut.resolve("100.png");
    Files.write(last, Arrays.copyOf(Files.readAllBytes(last), 80));
    assertThat(failure(seen, cut))
        .contains(last + ": expected a readable PNG but found 80 bytes that fail: ")
        .contains("; write the file again, or leave it out");
    Files.writeString(last, "not a picture");
    assertThat(failure(seen, cut)).contains(last + ": expected ", "; write the file again");
  }

  /** As the command does before networks look at any: the damaged one may be the last. */
  @Test
  void should_read_as_many_pairs_as_asked_for() throws IOException {
    Path cut = SEEN.folder(folder.resolve("cut"), "%d.png", NUMBERS);
    Path last = cut.resolve("100.png");
    Files.write(last, Arrays.copyOf(Files.readAllBytes(last), 80));
    PictureFolder pictures = PictureFolder.open(cut, PictureFolder.Which.CHOSEN);
    PictureSets sets = new PictureSets(pictures, pictures, null);
    try (PictureSource source = new PictureSource(sets, Pairing.of(sets, null, false))) {
      source.requireReadable(3);
      assertThatThrownBy(() -> source.requireReadable(4)).hasMessageContaining(last.toString());
    }
  }

  @Test
  void should_refuse_pictures_of_other_forms() throws IOException {
    Path wide = array("wide.npy", HeapArray.ofFloats(new float[4 * 3 * 8 * 9], 4, 3, 8, 9));
    assertThat(failure(seen, wide))
        .contains("wide.npy: picture 3 is 9x8, which the protocol makes 288x256, but the first")
        .contains("picture that was seen is 8x8 and becomes 256x256; crop all to one form");
  }

  @Test
  void should_refuse_a_folder_of_something_else() throws IOException {
    Path other = Files.createDirectory(folder.resolve("other"));
    Files.createFile(other.resolve("report.html"));
    String options = "--recons=" + seen;
    assertThat(evaluate("--images=" + seen, options, "--out=" + other).err())
        .contains(other + ": the folder has report.html, which is not of an evaluation; choose");
    Files.createFile(other.resolve("evaluation.json"));
    Files.createFile(other.resolve("notes.txt"));
    assertThat(evaluate("--images=" + seen, options, "--out=" + other).err())
        .contains("the folder has notes.txt, which is not of an evaluation");
    assertThat(evaluate("--images=" + seen, options, "--out=" + other.resolve("notes.txt")).err())
        .contains("notes.txt: a file is in the way");
  }
}
