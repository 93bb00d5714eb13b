// SPDX-License-Identifier: Apache-2.0
package org.mindeye.bench;

/** For what a UNet predicts at once. */
public enum UnetPass {
  /** One picture. */
  ONE(1, 1),
  /** Two pictures. */
  TWO(2, 2),
  /** One picture, without the condition and with it, as guidance needs it. */
  GUIDED(1, 2);

  private final int pictures;
  private final int predictions;

  UnetPass(int pictures, int predictions) {
    this.pictures = pictures;
    this.predictions = predictions;
  }

  /** How many latents go in; as many see the condition. */
  int pictures() {
    return pictures;
  }

  /** How many come out. */
  int predictions() {
    return predictions;
  }
}
