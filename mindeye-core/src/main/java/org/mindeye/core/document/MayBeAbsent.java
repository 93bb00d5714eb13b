// SPDX-License-Identifier: Apache-2.0
package org.mindeye.core.document;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * A record's component that a document need not have: null in the record then. Without this a
 * component that is missing or null is an error. Documents are written without what is null.
 */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.RECORD_COMPONENT)
public @interface MayBeAbsent {}
