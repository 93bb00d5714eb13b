// SPDX-License-Identifier: Apache-2.0
package org.mindeye.data.preparation;

import java.util.Objects;
import org.mindeye.data.DataForm;
import org.mindeye.data.EncodedImage;
import org.mindeye.data.webdataset.WriterConfig;

/**
 * What data become.
 *
 * @param form {@link DataForm#WEB_DATASET}, tar shards of three responses a picture; or {@link
 *     DataForm#TRIAL_TABLE}, a table, pictures and one {@code voxels.npy} of as many responses as
 *     there are
 * @param writer the numbers' type, and how many samples are written before a stopped call no longer
 *     loses them: in a web-dataset a shard
 * @param pictures how pictures are stored that are not files of this kind already; those that are
 *     files and JPEG stay as they are
 */
public record PreparationConfig(DataForm form, WriterConfig writer, EncodedImage.Format pictures) {
  /** A web-dataset of 16-bit responses and pictures without loss. */
  public static final PreparationConfig DEFAULT =
      new PreparationConfig(DataForm.WEB_DATASET, WriterConfig.DEFAULT, EncodedImage.Format.PNG);

  /** Checks that data can be written in this form. */
  public PreparationConfig {
    Objects.requireNonNull(writer, "writer");
    Objects.requireNonNull(pictures, "pictures");
    if (Objects.requireNonNull(form, "form") != DataForm.WEB_DATASET
        && form != DataForm.TRIAL_TABLE) {
      throw new IllegalArgumentException(
          "data are written as "
              + DataForm.WEB_DATASET
              + " or "
              + DataForm.TRIAL_TABLE
              + ", not as "
              + form);
    }
  }

  /**
   * The same in another form.
   *
   * @param other a form that can be written
   * @return a copy
   */
  public PreparationConfig withForm(DataForm other) {
    return new PreparationConfig(other, writer, pictures);
  }

  /**
   * The same with other numbers and pieces.
   *
   * @param other type and samples per shard
   * @return a copy
   */
  public PreparationConfig withWriter(WriterConfig other) {
    return new PreparationConfig(form, other, pictures);
  }

  /**
   * The same with pictures of another kind.
   *
   * @param other how they are stored
   * @return a copy
   */
  public PreparationConfig withPictures(EncodedImage.Format other) {
    return new PreparationConfig(form, writer, other);
  }
}
