// SPDX-License-Identifier: Apache-2.0
package org.mindeye.core.document;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** A record that had other components in earlier schemas: see {@link Migration}. */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.TYPE)
public @interface Migrated {
  /**
   * What brings older documents to the current schema.
   *
   * @return a class with a constructor without parameters, which need not be public
   */
  Class<? extends Migration> by();
}
