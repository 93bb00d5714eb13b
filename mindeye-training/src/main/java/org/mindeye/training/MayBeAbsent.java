// SPDX-License-Identifier: Apache-2.0
package org.mindeye.training;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** A component that a checkpoint's document need not have: null then. */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.FIELD)
@interface MayBeAbsent {}
