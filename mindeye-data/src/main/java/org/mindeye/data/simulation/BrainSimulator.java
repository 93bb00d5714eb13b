// SPDX-License-Identifier: Apache-2.0
package org.mindeye.data.simulation;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import org.mindeye.Plural;
import org.mindeye.core.engine.CallScope;
import org.mindeye.core.engine.Torch;
import org.mindeye.core.random.NoiseSource;
import org.mindeye.core.tensor.ClipSpace;
import org.mindeye.core.tensor.Finite;
import org.mindeye.core.tensor.ShapeMismatchException;
import org.mindeye.data.Split;
import org.mindeye.data.Trial;
import org.mindeye.data.TrialImage;
import org.mindeye.data.TrialSource;

/**
 * A brain that looks at pictures. Its responses are made in the order a scanner would see them:
 *
 * <ol>
 *   <li>drive: retinotopic voxels pool luminance, colour and contrast over a receptive field,
 *       semantic voxels mix the picture's CLIP tokens;
 *   <li>the drive is standardised over all pictures and compressed, {@code sign(x) |x|^exponent};
 *   <li>every picture is shown several times, in random order, in sessions; each trial adds
 *       Gaussian noise by the voxel's own signal-to-noise ratio and the session's drift;
 *   <li>each session is z-scored voxel by voxel, as the published betas are.
 * </ol>
 *
 * <p>The same seed gives the same brain and the same responses.
 */
public final class BrainSimulator {
  private static final long TUNING = 1;
  private static final long RATIOS = 2;
  private static final long ORDER = 3;
  private static final long TRIALS = 4;
  private static final long SESSIONS = 5;

  private final BrainSimulatorConfig config;
  private final ClipSpace space;
  private final long seed;

  /**
   * Creates a brain.
   *
   * @param config its assumptions
   * @param space the CLIP space its semantic voxels mix
   * @param seed decides tuning, noise and order of presentation
   * @throws IllegalArgumentException if the weights of all voxels do not fit one array
   */
  public BrainSimulator(BrainSimulatorConfig config, ClipSpace space, long seed) {
    this.config = Objects.requireNonNull(config, "config");
    this.space = Objects.requireNonNull(space, "space");
    this.seed = seed;
    int semantic = config.semanticVoxels();
    requireFits(semantic + " semantic voxels times " + space, semantic, space.size());
    int retinotopic = config.voxels() - semantic;
    int cells = FeatureMaps.CHANNELS * FeatureMaps.GRID * FeatureMaps.GRID;
    requireFits(retinotopic + " retinotopic voxels times " + cells, retinotopic, cells);
  }

  private static void requireFits(String what, long rows, long columns) {
    if (rows * columns > Integer.MAX_VALUE - 8) {
      throw new IllegalArgumentException(
          "brain: " + what + " do not fit one array; use fewer, or smaller pictures and tokens");
    }
  }

  /**
   * Responses to a set of pictures.
   *
   * @param voxels {@code [picture][repeat][voxel]}, z-scored per session
   * @param trials {@code [picture][repeat]}: when it was shown, 0 for the first trial of the first
   *     session
   * @param signal {@code [picture][voxel]}: the responses without noise, as {@link #signal} returns
   *     them them
   */
  public record Responses(float[][][] voxels, long[][] trials, float[][] signal) {
    /**
     * The responses to some of the pictures as a source of trials.
     *
     * @param split what they are for
     * @param images all pictures that were shown, in their order
     * @param from number of the first picture
     * @param to behind the last one
     * @return trials whose image numbers are the pictures' positions
     * @throws ShapeMismatchException if there is no picture, or another number was shown
     */
    public TrialSource source(Split split, List<? extends TrialImage> images, int from, int to) {
      if (images.size() != voxels.length) {
        throw new ShapeMismatchException(
            "images: expected the " + voxels.length + " that were shown but was " + images.size());
      }
      return TrialSource.of(
          split,
          IntStream.range(from, to)
              .mapToObj(
                  i ->
                      new Trial(
                          images.get(i).origin(),
                          images.get(i),
                          voxels[i],
                          i,
                          trials[i],
                          voxels[i].length))
              .toList());
    }
  }

  /**
   * Shows all pictures, every one as often as configured.
   *
   * @param pictures {@code [picture][3 * side * side]}: red, green and blue plane in [0, 1]
   * @param side pixels per side, a multiple of 16
   * @param tokens {@code [picture][tokens * width]}: the pictures' CLIP tokens
   * @return the responses
   * @throws ShapeMismatchException if a length does not fit
   * @throws org.mindeye.core.tensor.NotFiniteException if a pixel or token is NaN or infinite
   * @throws IllegalArgumentException if all of them do not fit one array
   */
  public Responses show(float[][] pictures, int side, float[][] tokens) {
    float[][] signal = signal(pictures, side, tokens);
    int repeats = config.sessions().repeats();
    int[] order = NoiseSource.seeded(seed, ORDER).permutation(pictures.length * repeats);
    double[] noiseLevel = noiseLevels();
    float[][] responses = new float[order.length][];
    long[][] trials = new long[pictures.length][repeats];
    int length = config.sessions().trials();
    int count;
    for (int start = 0; start < order.length; start += count) {
      int first = start;
      count = sessionLength(order.length - start);
      SessionDrift drift = new SessionDrift(start / length);
      for (int i = 0; i < count; i++) {
        int shown = order[start + i];
        trials[shown / repeats][shown % repeats] = start + i;
        responses[shown] =
            trial(signal[shown / repeats], noiseLevel, drift, start + i, (double) i / count);
      }
      Standardize.columns(responses, count, i -> order[first + i]);
    }
    float[][][] voxels = new float[pictures.length][repeats][];
    for (int shown = 0; shown < order.length; shown++) {
      voxels[shown / repeats][shown % repeats] = responses[shown];
    }
    return new Responses(voxels, trials, signal);
  }

  /** A last trial alone could not be z-scored: it belongs to the session before. */
  private int sessionLength(int trialsLeft) {
    int length = config.sessions().trials();
    return trialsLeft <= length + 1 ? trialsLeft : length;
  }

  /**
   * The responses without noise: mean 0 and deviation 1 of every voxel over the pictures.
   *
   * @param pictures as in {@link #show}
   * @param side as in {@link #show}
   * @param tokens as in {@link #show}
   * @return {@code [picture][voxel]}
   * @throws ShapeMismatchException if a length does not fit
   * @throws org.mindeye.core.tensor.NotFiniteException if a pixel or token is NaN or infinite
   * @throws IllegalArgumentException if all of them do not fit one array
   */
  public float[][] signal(float[][] pictures, int side, float[][] tokens) {
    check(pictures, side, tokens);
    int semantic = config.semanticVoxels();
    int retinotopic = config.voxels() - semantic;
    NoiseSource tuning = NoiseSource.seeded(seed, TUNING);
    float[] fields = VoxelTuning.receptiveFields(retinotopic, tuning);
    float[] mixtures = VoxelTuning.tokenMixtures(semantic, space, tuning);
    float[][] early = product(maps(pictures, side), fields, retinotopic);
    float[][] late = product(tokens, mixtures, semantic);
    float[][] drive = new float[pictures.length][config.voxels()];
    for (int i = 0; i < drive.length; i++) {
      System.arraycopy(early[i], 0, drive[i], 0, retinotopic);
      System.arraycopy(late[i], 0, drive[i], retinotopic, semantic);
    }
    Standardize.columns(drive, drive.length, i -> i);
    for (float[] picture : drive) {
      for (int v = 0; v < picture.length; v++) {
        double x = picture[v];
        picture[v] = (float) (Math.signum(x) * Math.pow(Math.abs(x), config.exponent()));
      }
    }
    Standardize.columns(drive, drive.length, i -> i);
    return drive;
  }

  /** Feature maps in which every channel has the same weight: deviation 1 over all cells. */
  private static float[][] maps(float[][] pictures, int side) {
    float[][] maps = new float[pictures.length][];
    for (int i = 0; i < pictures.length; i++) {
      maps[i] = FeatureMaps.of(pictures[i], side);
    }
    int cells = FeatureMaps.GRID * FeatureMaps.GRID;
    for (int c = 0; c < FeatureMaps.CHANNELS; c++) {
      Standardize.range(maps, c * cells, (c + 1) * cells);
    }
    return maps;
  }

  private static float[][] product(float[][] inputs, float[] weights, int outputs) {
    float[][] result = new float[inputs.length][outputs];
    if (outputs == 0) {
      return result;
    }
    int width = inputs[0].length;
    float[] flat = new float[Math.multiplyExact(inputs.length, width)];
    for (int i = 0; i < inputs.length; i++) {
      System.arraycopy(inputs[i], 0, flat, i * width, width);
    }
    try (CallScope scope = CallScope.open(Device.cpu())) {
      NDArray x = Torch.copy(scope.manager(), flat, new Shape(inputs.length, width));
      NDArray w = Torch.copy(scope.manager(), weights, new Shape(outputs, width));
      float[] y = x.matMul(w.transpose()).toFloatArray();
      for (int i = 0; i < inputs.length; i++) {
        System.arraycopy(y, i * outputs, result[i], 0, outputs);
      }
    }
    return result;
  }

  private double[] noiseLevels() {
    float[] normal = new float[config.voxels()];
    NoiseSource.seeded(seed, RATIOS).normal(normal);
    double[] levels = new double[normal.length];
    for (int v = 0; v < levels.length; v++) {
      levels[v] =
          1
              / (config.signalToNoise().median()
                  * Math.exp(config.signalToNoise().spread() * normal[v]));
    }
    return levels;
  }

  private float[] trial(
      float[] signal, double[] noiseLevel, SessionDrift drift, int trial, double progress) {
    float[] response = new float[signal.length];
    NoiseSource.seeded(seed, TRIALS, trial).normal(response);
    for (int v = 0; v < response.length; v++) {
      double noise = response[v] + drift.at(v, progress);
      response[v] = (float) (signal[v] + noiseLevel[v] * noise);
    }
    return response;
  }

  /** A voxel's offset and linear trend over one session, in noise deviations. */
  private final class SessionDrift {
    private final float[] offset = new float[config.voxels()];
    private final float[] trend = new float[config.voxels()];

    SessionDrift(int session) {
      NoiseSource noise = NoiseSource.seeded(seed, SESSIONS, session);
      noise.normal(offset);
      noise.normal(trend);
    }

    double at(int voxel, double progress) {
      return config.sessions().drift() * (offset[voxel] + trend[voxel] * (progress - 0.5));
    }
  }

  private void check(float[][] pictures, int side, float[][] tokens) {
    if (side < FeatureMaps.GRID || side % FeatureMaps.GRID != 0) {
      throw new ShapeMismatchException(
          "pictures: expected a side that is a multiple of "
              + FeatureMaps.GRID
              + " but was "
              + side);
    }
    if (pictures.length < 2 || pictures.length != tokens.length) {
      throw new ShapeMismatchException(
          "expected at least 2 pictures and as many token rows but found "
              + pictures.length
              + " and "
              + tokens.length);
    }
    for (int i = 0; i < pictures.length; i++) {
      requireLength("picture " + i, 3L * side * side, pictures[i].length);
      requireLength("tokens of picture " + i, space.size(), tokens[i].length);
    }
    String count = Plural.of(pictures.length, "picture") + " times ";
    requireFits(count + space, pictures.length, space.size());
    requireFits(
        count + Plural.of(config.sessions().repeats(), "repeat"),
        pictures.length,
        config.sessions().repeats());
    requireFits(count + Plural.of(config.voxels(), "voxel"), pictures.length, config.voxels());
    Finite.require("pictures", pictures, "they would spoil every response");
    Finite.require("tokens", tokens, "they would spoil every response");
  }

  private static void requireLength(String name, long expected, int found) {
    if (expected != found) {
      throw new ShapeMismatchException(
          name + ": expected " + Plural.of(expected, "number") + " but found " + found);
    }
  }
}
