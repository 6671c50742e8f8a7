package chunk

var scriptLanguages = map[string]*language{}
var blockLanguages = map[string]*language{}
