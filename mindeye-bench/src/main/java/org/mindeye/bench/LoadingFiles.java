// SPDX-License-Identifier: Apache-2.0
package org.mindeye.bench;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.mindeye.core.random.NoiseSource;
import org.mindeye.data.EncodedImage;
import org.mindeye.data.SampleOrigin;
import org.mindeye.data.Split;
import org.mindeye.data.Trial;
import org.mindeye.data.TrialImage;
import org.mindeye.data.nsd.NsdId;
import org.mindeye.data.nsd.StimulusImages;
import org.mindeye.data.webdataset.WebDatasetWriter;
import org.mindeye.data.webdataset.WriterConfig;
import org.mindeye.formats.numpy.Npy;
import org.mindeye.formats.tensor.HeapArray;

/**
 * The files of one benchmark of loading, with drawn responses and pictures of gradients and noise,
 * which compress about as photographs do.
 */
final class LoadingFiles {
  static final int SUBJECT = 1;
  static final int REPEATS = 3;
  private static final int TAR_BLOCK = 512;
  private static final int COLUMNS = 17;

  private final LoadingSize size;
  private final LoadedForm form;
  private final int side;
  private final Path folder;
  private final List<Trial> trials = new ArrayList<>();

  LoadingFiles(LoadingSize size, LoadedForm form, Path folder) {
    this.size = size;
    this.form = form;
    side = size.side(form);
    this.folder = folder;
    for (int i = 0; i < size.samples(); i++) {
      trials.add(trial(i));
    }
  }

  /** What the files hold. */
  List<Trial> trials() {
    return trials;
  }

  private Trial trial(int number) {
    SampleOrigin origin = SampleOrigin.memory(WebDatasetWriter.key(number));
    float[][] voxels = new float[REPEATS][size.voxels()];
    NoiseSource noise = NoiseSource.seeded(MindEyeBenchmark.SEED, number);
    for (float[] response : voxels) {
      noise.uniform(response);
      for (int i = 0; i < response.length; i++) {
        response[i] = Math.round(512 * response[i] - 256) / 64f; // exact in 16 bits
      }
    }
    long first = (long) REPEATS * number;
    return new Trial(
        origin,
        EncodedImage.jpeg(origin, picture(number, noise), 0.9f),
        voxels,
        number,
        new long[] {first, first + 1, first + 2},
        REPEATS);
  }

  private BufferedImage picture(int number, NoiseSource noise) {
    BufferedImage image = new BufferedImage(side, side, BufferedImage.TYPE_INT_RGB);
    float[] grain = new float[side * side];
    noise.uniform(grain);
    for (int i = 0; i < grain.length; i++) {
      int level = (number + 200 * (i % side) / side + (int) (40 * grain[i])) & 0xff;
      image.setRGB(i % side, i / side, level << 16 | (255 - level) << 8 | 200 * (i / side) / side);
    }
    return image;
  }

  /** Writes what the form has. */
  void write() throws IOException {
    switch (form) {
      case TAR -> writeTar();
      case MINDEYE2 -> writeMindEye2();
      case NSD -> writePictures();
      case CACHE -> {} // the benchmark fills it
    }
  }

  private void writeTar() throws IOException {
    try (WebDatasetWriter writer = WebDatasetWriter.create(folder, SUBJECT, WriterConfig.DEFAULT)) {
      for (Trial trial : trials) {
        writer.add(Split.TEST, trial);
      }
      writer.commit();
    }
  }

  /** All are tests: of training pictures some would be set aside. */
  private void writeMindEye2() throws IOException {
    PlainHdf5.write(
        folder.resolve("betas_all_subj01_fp32_renorm.hdf5"),
        "betas",
        PlainHdf5.Numbers.FLOAT32,
        new int[] {REPEATS * (trials.size() + 1), size.voxels()},
        row -> bytes(HeapArray.ofFloats(response(row), size.voxels())));
    PlainHdf5.write(
        folder.resolve("coco_images_224_float16.hdf5"),
        "images",
        PlainHdf5.Numbers.FLOAT16,
        new int[] {trials.size() + 1, 3, side, side},
        row -> bytes(HeapArray.ofHalves(pixels(row), 3, side, side)));
    Path shards = folder.resolve("wds/subj01");
    writeShard(shards.resolve("train"), trials.size(), trials.size() + 1);
    writeShard(shards.resolve("new_test"), 0, trials.size());
  }

  /** The last picture is one of training, and like the first. */
  private float[] response(int row) {
    return trials.get(row / REPEATS % trials.size()).voxels(row % REPEATS);
  }

  private float[] pixels(int picture) {
    return trials.get(picture % trials.size()).image().toFloats();
  }

  private static byte[] bytes(HeapArray array) {
    ByteBuffer view = array.bytes();
    byte[] bytes = new byte[view.remaining()];
    view.get(bytes);
    return bytes;
  }

  private static void writeShard(Path shards, int from, int to) throws IOException {
    Files.createDirectories(shards);
    try (OutputStream out = Files.newOutputStream(shards.resolve("0.tar"))) {
      for (int row = REPEATS * from; row < REPEATS * to; row++) {
        double[] behavior = new double[COLUMNS];
        behavior[0] = row / REPEATS;
        behavior[1] = SUBJECT;
        behavior[5] = row;
        byte[] content = Npy.encode(HeapArray.ofDoubles(behavior, 1, COLUMNS));
        out.write(tarHeader(String.format(Locale.ROOT, "sample%07d.behav.npy", row), content));
        out.write(content);
        out.write(new byte[(TAR_BLOCK - content.length % TAR_BLOCK) % TAR_BLOCK]);
      }
      out.write(new byte[2 * TAR_BLOCK]);
    }
  }

  private static byte[] tarHeader(String name, byte[] content) {
    ByteBuffer header = ByteBuffer.allocate(TAR_BLOCK).order(ByteOrder.LITTLE_ENDIAN);
    put(header, 0, name);
    put(header, 100, "0000644\0" + "0000000\0" + "0000000\0");
    put(header, 124, String.format(Locale.ROOT, "%011o\0%011o\0        0", content.length, 0));
    put(header, 257, "ustar\0" + "00");
    int sum = 0;
    for (byte each : header.array()) {
      sum += each & 0xff;
    }
    put(header, 148, String.format(Locale.ROOT, "%06o\0 ", sum));
    return header.array();
  }

  private static void put(ByteBuffer header, int at, String text) {
    header.position(at).put(text.getBytes(StandardCharsets.US_ASCII));
  }

  private void writePictures() throws IOException {
    PlainHdf5.write(
        stimuli(),
        "imgBrick",
        PlainHdf5.Numbers.UINT8,
        new int[] {trials.size(), side, side, 3},
        row -> interleaved(trials.get(row).image()));
  }

  private static byte[] interleaved(TrialImage image) {
    float[] planes = image.toFloats();
    int plane = planes.length / 3;
    byte[] bytes = new byte[planes.length];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) Math.round(255 * planes[i % 3 * plane + i / 3]);
    }
    return bytes;
  }

  /** The file of {@link LoadedForm#NSD}. */
  Path stimuli() {
    return folder.resolve("nsd_stimuli.hdf5");
  }

  /** The trials, whose pictures are in the file of {@link LoadedForm#NSD}. */
  List<Trial> withPicturesOf(StimulusImages images) {
    return trials.stream()
        .map(
            trial ->
                new Trial(
                    trial.origin(),
                    images.image(new NsdId((int) trial.cocoId())),
                    new float[][] {trial.voxels(0), trial.voxels(1), trial.voxels(2)},
                    trial.cocoId(),
                    trial.trialIds(),
                    REPEATS))
        .toList();
  }
}
