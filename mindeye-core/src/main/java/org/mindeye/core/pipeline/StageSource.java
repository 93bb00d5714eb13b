// SPDX-License-Identifier: Apache-2.0
package org.mindeye.core.pipeline;

import java.io.IOException;

/**
 * Opens a stage of a pipeline, when {@link PipelineBuilder#build()} needs it: {@code () ->
 * BackboneEncoder.load(file, device)}.
 *
 * @param <T> which stage
 */
@FunctionalInterface
public interface StageSource<T extends AutoCloseable> {
  /**
   * Opens the stage.
   *
   * @return the stage, which the caller closes
   * @throws IOException if a file it is made of cannot be read
   */
  T open() throws IOException;
}
