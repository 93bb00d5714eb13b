/**
 * Data of any form as what a model reads fastest: {@link org.mindeye.data.preparation.Preparation}.
 */
package org.mindeye.data.preparation;
