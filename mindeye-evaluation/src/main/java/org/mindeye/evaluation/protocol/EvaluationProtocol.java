// SPDX-License-Identifier: Apache-2.0
package org.mindeye.evaluation.protocol;

import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.mindeye.evaluation.PoolConfig;

/**
 * Everything that has to be the same before two tables may stand side by side. Two published
 * protocols have names of their own, and no other protocol may be called so; a changed one is given
 * another name:
 *
 * <pre>{@code
 * EvaluationProtocol smooth =
 *     EvaluationProtocol.mindEye1()
 *         .named("MINDEYE1-ANTIALIASED", 1)
 *         .withImages(ImageSteps.paper().withAntialias(Antialias.ON));
 * }</pre>
 *
 * <p>It is a document: {@code DocumentWriter} writes it, {@code Document.read(file).as(...)} reads
 * it again.
 *
 * @param name what tables call it
 * @param version of that name, from 1: another one where any of the rest changes
 * @param split the images
 * @param images what is done to them
 * @param variants which of several numbers of the same name is meant
 * @param features the metrics of features, by which networks; PixCorr and SSIM are always there
 * @param pools how retrieval draws its candidates
 */
public record EvaluationProtocol(
    String name,
    int version,
    TestSplit split,
    ImageSteps images,
    MetricVariants variants,
    List<FeatureScore> features,
    PoolConfig pools) {
  /** The name of pixel correlation in results. */
  public static final String PIXCORR = "PixCorr";

  /** The name of structural similarity in results. */
  public static final String SSIM = "SSIM";

  private static final String FIRST = "MINDEYE1";
  private static final String SECOND = "MINDEYE2";

  /** Checks that names are clear, and published ones mean what was published. */
  public EvaluationProtocol {
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(split, "split");
    Objects.requireNonNull(images, "images");
    Objects.requireNonNull(variants, "variants");
    Objects.requireNonNull(pools, "pools");
    features = List.copyOf(features);
    if (name.isBlank() || version < 1) {
      throw new IllegalArgumentException(
          "protocol: expected a name and a version from 1 but was '" + name + "', " + version);
    }
    Set<String> names = new HashSet<>(Set.of(PIXCORR, SSIM));
    features.forEach(
        feature -> {
          if (!names.add(feature.name())) {
            throw new IllegalArgumentException(
                "protocol " + name + ": two metrics are called '" + feature.name() + "'");
          }
        });
    boolean asPublished =
        version == 1
            && split.equals(splitOf(name))
            && images.equals(stepsOf(name))
            && variants.equals(MetricVariants.paper())
            && features.equals(FeatureScore.paper())
            && pools.equals(PoolConfig.paper());
    if ((name.equals(FIRST) || name.equals(SECOND)) && !asPublished) {
      throw new IllegalArgumentException(
          "protocol "
              + name
              + ": what was published under this name is fixed; call yours otherwise before you"
              + " change it, with named()");
    }
  }

  private static TestSplit splitOf(String name) {
    return name.equals(FIRST) ? new TestSplit("test", 982, 3) : new TestSplit("new_test", 1000, 3);
  }

  private static ImageSteps stepsOf(String name) {
    return name.equals(FIRST) ? ImageSteps.paper() : ImageSteps.paper().withBlend(Blend.paper());
  }

  private static EvaluationProtocol published(String name) {
    return new EvaluationProtocol(
        name,
        1,
        splitOf(name),
        stepsOf(name),
        MetricVariants.paper(),
        FeatureScore.paper(),
        PoolConfig.paper());
  }

  /**
   * Of the first paper (arXiv 2305.18274, section 4): the 982 test images, responses averaged over
   * three repeats; everything at 256, pixels at 425, no antialiasing (which is inferred from the
   * versions its environment pins); retrieval among 300, 30 times.
   *
   * @return the protocol called MINDEYE1
   */
  public static EvaluationProtocol mindEye1() {
    return published(FIRST);
  }

  /**
   * Of the second paper (arXiv 2403.11207): the 1000 images that all subjects share, responses
   * averaged over up to three repeats; resized as in the first paper, and <b>blended</b>: scored
   * are 0.75 of the refined and 0.25 of the blurry reconstruction, both needed for each image.
   *
   * @return the protocol called MINDEYE2
   */
  public static EvaluationProtocol mindEye2() {
    return published(SECOND);
  }

  /**
   * Under a name of its own, free to be changed.
   *
   * @param other the name
   * @param number the version of that name, from 1
   * @return a changed copy
   */
  public EvaluationProtocol named(String other, int number) {
    return new EvaluationProtocol(other, number, split, images, variants, features, pools);
  }

  /**
   * Of other images.
   *
   * @param other the images
   * @return a changed copy
   */
  public EvaluationProtocol withSplit(TestSplit other) {
    return new EvaluationProtocol(name, version, other, images, variants, features, pools);
  }

  /**
   * With other steps.
   *
   * @param other what is done to images
   * @return a changed copy
   */
  public EvaluationProtocol withImages(ImageSteps other) {
    return new EvaluationProtocol(name, version, split, other, variants, features, pools);
  }

  /**
   * With other variants.
   *
   * @param other which numbers are meant
   * @return a changed copy
   */
  public EvaluationProtocol withVariants(MetricVariants other) {
    return new EvaluationProtocol(name, version, split, images, other, features, pools);
  }

  /**
   * With other networks.
   *
   * @param other the metrics of features
   * @return a changed copy
   */
  public EvaluationProtocol withFeatures(List<FeatureScore> other) {
    return new EvaluationProtocol(name, version, split, images, variants, other, pools);
  }

  /**
   * With other pools.
   *
   * @param other how retrieval draws its candidates
   * @return a changed copy
   */
  public EvaluationProtocol withPools(PoolConfig other) {
    return new EvaluationProtocol(name, version, split, images, variants, features, other);
  }

  /**
   * Every metric of images.
   *
   * @return PixCorr, SSIM, then those of features
   */
  public List<String> metrics() {
    return Stream.concat(Stream.of(PIXCORR, SSIM), features.stream().map(FeatureScore::name))
        .toList();
  }
}
