// Where rustc's advice puts it.
{
    move count(&words)
}
