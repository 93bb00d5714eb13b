// SPDX-License-Identifier: Apache-2.0
package org.mindeye.data.internal.picture;

import java.util.ArrayList;
import java.util.List;

/** The frame header of a JPEG. */
record JpegFrame(int width, int height, List<Component> components) {
  private static final int FIXED = 6;

  /** A component's name and its sampling factors. */
  record Component(int id, int horizontal, int vertical) {}

  static JpegFrame parse(byte[] bytes, int at, int length) throws UnreadablePictureException {
    int count = length < FIXED ? 0 : Bytes.at(bytes, at + 5);
    if (length < FIXED + 3 * count) {
      throw new UnreadablePictureException("a readable JPG", "a frame header that is cut off");
    }
    int bits = Bytes.at(bytes, at);
    if (bits != 8) {
      throw new UnreadablePictureException(
          "a JPEG of 8 bits per level", bits + " bits; save it again with 8");
    }
    if (count != 1 && count != 3 && count != 4) {
      throw new UnreadablePictureException(
          "a JPEG of 1, 3 or 4 components", count + "; save it again as RGB");
    }
    List<Component> components = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      int c = at + FIXED + 3 * i;
      int sampling = Bytes.at(bytes, c + 1);
      components.add(new Component(Bytes.at(bytes, c), sampling >> 4, sampling & 15));
    }
    JpegFrame frame =
        new JpegFrame(
            Bytes.shortAt(bytes, at + 3), Bytes.shortAt(bytes, at + 1), List.copyOf(components));
    if (frame.width == 0 || frame.height == 0) {
      throw new UnreadablePictureException(
          "a JPEG with its size in the header", frame.width + "x" + frame.height);
    }
    return frame;
  }

  boolean hasIds(int first, int second, int third) {
    return components.get(0).id == first
        && components.get(1).id == second
        && components.get(2).id == third;
  }

  /** Whether a component has every column but only every second row. */
  boolean halvesRowsOnly(int component) {
    int horizontal = components.stream().mapToInt(Component::horizontal).max().orElseThrow();
    int vertical = components.stream().mapToInt(Component::vertical).max().orElseThrow();
    Component one = components.get(component);
    return one.horizontal == horizontal && 2 * one.vertical == vertical;
  }
}
