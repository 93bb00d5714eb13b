/** Event files, the format TensorBoard reads, written without its libraries. */
package org.mindeye.training.events;
