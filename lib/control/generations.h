/* generations: the directories run/generations/N.  For publish.c only. */
#ifndef CONTROL_GENERATIONS_H
#define CONTROL_GENERATIONS_H

unsigned long generations_current(void);     /* where run/conf leads to; 0: nowhere */
unsigned long generations_highest(void);     /* of those that are there, complete or not, and of the current one; 0: none */
void generations_remove(unsigned long number);
void generations_remove_but(unsigned long one, unsigned long other);

#endif
