// SPDX-License-Identifier: Apache-2.0
package org.mindeye.data.nsd;

import java.util.List;
import org.mindeye.data.Mutants;
import org.mindeye.data.MutationTestCase;

/** The tables and the pictures of the Natural Scenes Dataset. */
class NsdMutationTest extends MutationTestCase {
  private static Format format(String name, String file, Mutants.Reader reader) {
    return new Format(name, folder -> List.of(NsdTree.file(file)), reader);
  }

  @Override
  protected List<Format> formats() {
    return List.of(
        format("design", NsdTree.DESIGN, NsdDesign::read),
        format("table of pictures", NsdTree.STIMULI, StimulusTable::read),
        format("answers", NsdTree.RESPONSES, BehaviorTable::read),
        format(
            "pictures",
            NsdTree.PICTURES,
            file -> {
              try (StimulusImages images = StimulusImages.open(file)) {
                images.image(new NsdId(images.count() / 2)).content();
              }
            }));
  }
}
