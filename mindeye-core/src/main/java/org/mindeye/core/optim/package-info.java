/** Optimisation: a training step's scope and gradients, AdamW, schedules, parameter groups. */
package org.mindeye.core.optim;
