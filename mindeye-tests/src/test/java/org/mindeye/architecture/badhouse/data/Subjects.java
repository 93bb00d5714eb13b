package org.mindeye.architecture.badhouse.data;

public final class Subjects {
  private Subjects() {}

  public static int count() {
    return 8;
  }
}
